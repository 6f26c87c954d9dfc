import { Router } from 'express';
import { z } from 'zod';
import { HttpError, notFound, parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';
import { revokedWithinMs, type VendorKeys } from './vendor-keys';
import type { Vendors } from './vendors';

export interface AdminVendorRoutesProps {
  readonly vendors: Vendors;
  readonly vendorKeys: VendorKeys;
  readonly guards: Guards;
  readonly log: Logger;
}

const newVendor = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._&()-]{0,99}$/u, 'must be 1 to 100 letters, digits, spaces and . _ & ( ) -'),
});
const vendorId = z.guid('must be the id of a vendor, a UUID');
const keyId = z.string().regex(/^[0-9a-f]{16}$/, 'must be the id of a key, 16 hexadecimal digits');

/** Mounted at /api/admin/vendors. */
export function adminVendorRoutes({ vendors, vendorKeys, guards, log }: AdminVendorRoutesProps): Router {
  const router = Router();
  router.use(guards.requireAdminOperations);

  router.get('/', async (_request, response) => {
    response.json({ success: true, data: await vendors.list() });
  });

  router.post('/', async (request, response) => {
    const vendor = await vendors.add(parse(newVendor, request.body ?? {}).name);
    if (vendor === undefined)
      throw new HttpError(
        409,
        'VENDOR_EXISTS',
        'There is a vendor of this name: issue it a key, or choose another name',
      );
    log.info({ requestId: request.id, by: request.identity?.userId, vendorId: vendor.id }, 'vendor created');
    response.status(201).json({ success: true, data: { ...vendor, keys: [] } });
  });

  router.post('/:id/keys', async (request, response) => {
    const id = parse(vendorId, request.params.id);
    const key = await vendorKeys.issue(id);
    if (key === undefined) throw notFound('There is no vendor of this id');
    log.info({ requestId: request.id, by: request.identity?.userId, vendorId: id, keyId: key.id }, 'vendor key issued');
    response.setHeader('Cache-Control', 'no-store').status(201).json({ success: true, data: key });
  });

  router.delete('/:id/keys/:keyId', async (request, response) => {
    const [id, key] = [parse(vendorId, request.params.id), parse(keyId, request.params.keyId)];
    if (!(await vendorKeys.revoke(id, key))) throw notFound('This vendor has no key of this id');
    log.info({ requestId: request.id, by: request.identity?.userId, vendorId: id, keyId: key }, 'vendor key revoked');
    response.json({ success: true, data: { inForceForSeconds: revokedWithinMs / 1000 } });
  });

  return router;
}
