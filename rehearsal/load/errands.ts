/**
 * How often a second what comes beside the mix is done. The test mails are all by one user, who may ask 100 times a
 * minute: these are 45.
 */
export const errandsPerSecond = { signIn: 1 / 3, testMail: 0.75, upload: 1 } as const;

/** How many slow requests are under way at any time. */
export const slowAtOnce = 3;
