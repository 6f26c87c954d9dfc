/** What keeps two states from being compared: exit code 70, never "no differences". */
export class NotComparable extends Error {}
