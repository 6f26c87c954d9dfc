import { EntitySchema } from 'typeorm';
import { createdAt, id } from '../database/columns';

export interface Vendor {
  id: string;
  name: string;
  createdAt: Date;
}

export interface VendorApiKey {
  /** The part of the key that is no secret. */
  id: string;
  vendorId: string;
  /** HMAC-SHA-256 of the whole key under VENDOR_API_KEY_PEPPER. */
  hash: Buffer;
  createdAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** The existing platform's, where vendors are one source of many. */
export interface RawLead {
  id: string;
  vendorId: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  courseInterest: string | null;
  source: string | null;
  campaign: string | null;
  utm: Readonly<Record<string, string>> | null;
  custom: Readonly<Record<string, unknown>> | null;
  createdAt: Date;
}

/** What a vendor's Idempotency-Key stood for. No reference to `vendors`, whose row every insert would lock. */
export interface VendorLeadRequest {
  vendorId: string;
  key: string;
  bodyHash: Buffer;
  leadId: string;
  createdAt: Date;
}

const text = { type: 'text', nullable: true } as const;
const time = { type: 'timestamptz', nullable: true } as const;

const VendorEntity = new EntitySchema<Vendor>({
  name: 'Vendor',
  tableName: 'vendors',
  columns: { id, name: { type: 'text' }, createdAt },
  uniques: [{ name: 'vendors_name', columns: ['name'] }],
});

const VendorApiKeyEntity = new EntitySchema<VendorApiKey>({
  name: 'VendorApiKey',
  tableName: 'vendor_api_keys',
  columns: {
    id: { type: 'text', primary: true },
    vendorId: { type: 'uuid' },
    hash: { type: 'bytea' },
    createdAt,
    lastUsedAt: time,
    revokedAt: time,
  },
  indices: [{ name: 'vendor_api_keys_vendor_id', columns: ['vendorId'] }],
  foreignKeys: [
    { name: 'vendor_api_keys_vendor', target: 'Vendor', columnNames: ['vendorId'], referencedColumnNames: ['id'] },
  ],
});

const RawLeadEntity = new EntitySchema<RawLead>({
  name: 'RawLead',
  tableName: 'raw_leads',
  columns: {
    id,
    vendorId: { type: 'uuid', nullable: true },
    name: text,
    email: text,
    phone: text,
    courseInterest: text,
    source: text,
    campaign: text,
    utm: { type: 'jsonb', nullable: true },
    custom: { type: 'jsonb', nullable: true },
    createdAt,
  },
  indices: [{ name: 'raw_leads_created_at', columns: ['createdAt'] }],
});

const VendorLeadRequestEntity = new EntitySchema<VendorLeadRequest>({
  name: 'VendorLeadRequest',
  tableName: 'vendor_lead_requests',
  columns: {
    vendorId: { type: 'uuid', primary: true },
    key: { type: 'text', primary: true },
    bodyHash: { type: 'bytea' },
    leadId: { type: 'uuid' },
    createdAt,
  },
  indices: [{ name: 'vendor_lead_requests_created_at', columns: ['createdAt'] }],
});

export const vendorEntities: readonly EntitySchema[] = [
  VendorEntity,
  VendorApiKeyEntity,
  RawLeadEntity,
  VendorLeadRequestEntity,
];
