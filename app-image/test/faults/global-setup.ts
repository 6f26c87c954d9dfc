import { compileService } from '../../../test/compiled-service';

/** No stores: each test breaks its own. */
export default function setUp(): Promise<void> {
  return compileService();
}
