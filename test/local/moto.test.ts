import { startMoto } from '../../local/moto';
import { motoTests } from '../moto';
import { isRunning } from './processes';

jest.setTimeout(30_000);

const { it: withMoto, why } = motoTests('moto.test.ts: moto was not started');

withMoto(`answers as AWS does, and leaves nothing when stopped${why}`, async () => {
  const moto = await startMoto();
  try {
    const created = await fetch(`${moto.url}/a-bucket`, { method: 'PUT' });
    expect(created.status).toBe(200);
    expect(await (await fetch(moto.url)).text()).toContain('<Name>a-bucket</Name>');
  } finally {
    const { pid } = moto;
    await moto.stop();
    expect(isRunning(pid)).toBe(false);
  }
});
