// `npm run synth` runs the CDK's validator on every template; here it would cost a second in each process.
process.env.CDK_VALIDATION = 'false';
