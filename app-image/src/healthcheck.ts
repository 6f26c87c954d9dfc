import { readEnvironment } from './config/environment';

const TIMEOUT_MS = 3000;

/** The container's own health check: exit code 0 when the server in this container is ready, else 1 with the reason. */
async function check(): Promise<void> {
  const { port } = readEnvironment();
  const response = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`/api/health answered ${response.status}`);
}

// An explicit exit: fetch's keep-alive connection would hold the process open for seconds.
check().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
