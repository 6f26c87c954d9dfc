// Calls a Lambda function's handler once, as Lambda's own runtime would, and tells its parent what came of it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

// The parent is gone: nobody wants to know any more.
process.once('disconnect', () => process.exit(1));
process.once('message', (/** @type {import('./lambda-function').Invocation} */ invocation) => {
  void answer(invocation).then((message) => process.send?.(message, () => process.exit(0)));
});

/** @param {import('./lambda-function').Invocation} invocation */
async function answer({ codeDirectory, handler, event, timeout, functionName }) {
  const endsAt = performance.now() + timeout * 1000;
  const context = {
    functionName,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()),
  };
  try {
    const [file = '', name = ''] = handler.split(/\.(?=[^.]*$)/);
    const exported = await import(pathToFileURL(moduleOf(codeDirectory, file)).href);
    const run = exported[name] ?? exported.default?.[name];
    if (typeof run !== 'function') throw new Error(`Handler ${handler}: ${file} exports no function ${name}.`);
    return { answer: await run(event, context) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/**
 * @param {string} directory
 * @param {string} file
 */
function moduleOf(directory, file) {
  const paths = ['.js', '.mjs', '.cjs'].map((extension) => join(directory, `${file}${extension}`));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Handler ${file}: none of ${paths.join(', ')} exists.`);
  return found;
}
