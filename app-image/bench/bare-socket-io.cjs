/**
 * What the service's meetings are measured against: the least that Socket.IO and its Redis adapter do to bring a message
 * to a room. Nobody is authenticated, nothing is checked. Reads the same environment variables, says `listening` when it
 * does.
 */
const { createServer } = require('node:http');
const { createAdapter } = require('@socket.io/redis-adapter');
const { Redis } = require('ioredis');
const { Server } = require('socket.io');

const { PORT, REDIS_HOST, REDIS_PORT } = process.env;
const connect = () => new Redis({ host: REDIS_HOST, port: Number(REDIS_PORT) });
const server = createServer();
const io = new Server(server, { serveClient: false });
io.adapter(createAdapter(connect(), connect()));

io.on('connection', (socket) => {
  socket.on('join-room', ({ meetingId }, answer) => {
    socket.join(meetingId);
    answer({ ok: true });
  });
  socket.on('chat-message', (message) => socket.to(message.meetingId).emit('chat-message', message));
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(JSON.stringify({ msg: 'listening' })));
