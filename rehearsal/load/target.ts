/** In which the local load balancer says which target has answered: `blue/web-2`. */
export const targetHeader = 'x-rehearsal-target';

const line = new RegExp(`^${targetHeader}: *(\\S+)`, 'im');

/** Of an answer as it came over the wire, for clients that do not show its headers. */
export const targetIn = (answer: string): string | undefined => line.exec(answer.split('\r\n\r\n', 1)[0] ?? '')?.[1];
