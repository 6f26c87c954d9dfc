import { compileService } from '../../../test/compiled-service';
import { launchStores } from '../../../test/shared-stores';

/** For those that break only the service; a test that breaks a store starts its own. */
export default async function setUp(): Promise<void> {
  const stores = await launchStores();
  await Promise.all([compileService(), stores.ready()]);
}
