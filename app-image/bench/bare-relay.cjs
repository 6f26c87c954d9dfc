/**
 * What the service's terminal relay is measured against: the least that ws does to pass frames between two clients.
 * Nobody is authenticated, nothing is checked, nobody is slowed down. Reads PORT, says `listening` when it does.
 */
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const { PORT } = process.env;
const server = createServer();
const waiting = new Map();

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (ws) => {
  ws.once('message', (hello) => {
    const { session } = JSON.parse(hello);
    const peer = waiting.get(session);
    if (!peer) return void waiting.set(session, ws);
    waiting.delete(session);
    ws.on('message', (data, binary) => peer.send(data, { binary }));
    peer.on('message', (data, binary) => ws.send(data, { binary }));
    for (const each of [ws, peer]) each.send('{"type":"peer","state":"connected"}');
  });
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(JSON.stringify({ msg: 'listening' })));
