import { readProcessEnvironment } from './config/process-environment';

const timeoutMs = 3000;

/** The container's own health check: exit code 0 when the server in this container is ready, else 1 with the reason. */
async function check(): Promise<void> {
  const { environment } = readProcessEnvironment();
  const response = await fetch(`http://127.0.0.1:${environment.PORT}/api/health`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`/api/health answered ${response.status}`);
}

// An explicit exit: fetch's keep-alive connection would hold the process open for seconds.
check().then(
  () => process.exit(0),
  (error: Error) => {
    const { cause } = error;
    process.stderr.write(`${cause instanceof Error ? cause.message : error.message}\n`);
    process.exit(1);
  },
);
