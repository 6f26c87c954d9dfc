// What a preloaded fault has in common with the others: it answers some requests itself, and the service never sees them.
const { Server } = require('node:http');

const { emit } = Server.prototype;

/** @param {(path: string) => number | undefined} statusOf the status to answer with; undefined leaves it to the service */
module.exports = function answer(statusOf) {
  /**
   * @this {import('node:http').Server}
   * @param {string | symbol} event
   * @param {unknown[]} args
   */
  function emitUnlessAnswered(event, ...args) {
    if (event === 'request') {
      const [request, response] =
        /** @type {[import('node:http').IncomingMessage, import('node:http').ServerResponse]} */ (args);
      const status = statusOf((request.url ?? '/').replace(/\?.*/, ''));
      if (status !== undefined) {
        request.resume();
        response.writeHead(status, { 'content-type': 'application/json' }).end('{"success":false}');
        return true;
      }
    }
    return Reflect.apply(emit, this, [event, ...args]);
  }
  Object.assign(Server.prototype, { emit: emitUnlessAnswered });
};
