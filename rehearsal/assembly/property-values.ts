/** CloudFormation takes a text in place of a number. */
export type Numeric = number | string;
export type Scalar = string | number | boolean;

export interface KeyAndValue {
  readonly Key?: string;
  readonly Value?: string;
}
export interface NameAndValue {
  readonly Name: string;
  readonly Value: string;
}
