import { isSwitchedOn } from './switch';

type Source = Readonly<Record<string, string | undefined>>;

/** The five kill switches, each a function: the value is read on every call, never remembered. */
export const featureFlags = (source: Source) => ({
  tokenRequestFlow: () => isSwitchedOn(source.ENABLE_TOKEN_REQUEST_FLOW),
  resumeReviewSpend: () => isSwitchedOn(source.ENABLE_RESUME_REVIEW_SPEND),
  /** Reserved: nothing asks for it yet. */
  starterBundle: () => isSwitchedOn(source.ENABLE_STARTER_BUNDLE),
  /** Reserved: nothing asks for it yet. */
  grantAudit: () => isSwitchedOn(source.ENABLE_GRANT_AUDIT),
  applicationMeetings: () => isSwitchedOn(source.ENABLE_APPLICATION_MEETINGS),
});

/** Of this process. Importing it reads no variable: what `.env` and the JSON secret add later counts as well. */
export const FeatureFlags = featureFlags(process.env);
