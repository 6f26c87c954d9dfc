import type { Resource } from '../assembly/guarded-stack';
import { at, canonical, isObject, listOf } from '../compare/json-value';

/** What a security group lets in or out, told apart from the resource in which it is written. */
export interface Opening {
  readonly direction: 'in' | 'out';
  readonly group: string;
  readonly ports: string;
  readonly peer: string;
  readonly isPublic: boolean;
}

const peers = [
  'CidrIp',
  'CidrIpv6',
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
  'SourcePrefixListId',
  'DestinationPrefixListId',
  'SourceSecurityGroupName',
] as const;

/** Larger than any private network, which has /8 at most. */
const everywhere = /\/[0-7]$/;

/** A CIDR block, also as the default of a parameter. */
function addressOf(peer: unknown): string {
  const value = at(peer, 'Parameter.Default') ?? peer;
  return typeof value === 'string' ? value : canonical(value);
}

function opening(direction: Opening['direction'], group: unknown, rule: Readonly<Record<string, unknown>>): Opening {
  const { IpProtocol, FromPort, ToPort } = rule;
  const protocol = String(IpProtocol) === '-1' ? 'everything' : String(IpProtocol);
  const range =
    FromPort === undefined ? '' : String(FromPort) === String(ToPort) ? ` ${FromPort}` : ` ${FromPort}–${ToPort}`;
  const peer = peers.map((key) => rule[key]).find((value) => value !== undefined);
  const text = addressOf(peer);
  return {
    direction,
    group: canonical(group),
    ports: `${protocol}${range}`,
    peer: text,
    isPublic: everywhere.test(text),
  };
}

/** @param logicalId of a group, whose own rules refer to it by nothing */
export function openingsOf(logicalId: string, { Type, Properties = {} }: Resource): Opening[] {
  const self = { 'Fn::GetAtt': [logicalId, 'GroupId'] };
  const rules = (list: unknown) => listOf(list).filter(isObject);
  switch (Type) {
    case 'AWS::EC2::SecurityGroup':
      return [
        ...rules(Properties.SecurityGroupIngress).map((rule) => opening('in', self, rule)),
        ...rules(Properties.SecurityGroupEgress).map((rule) => opening('out', self, rule)),
      ];
    case 'AWS::EC2::SecurityGroupIngress':
      return [opening('in', Properties.GroupId, Properties)];
    case 'AWS::EC2::SecurityGroupEgress':
      return [opening('out', Properties.GroupId, Properties)];
    default:
      return [];
  }
}

export const openingText = ({ direction, ports, peer }: Opening): string =>
  direction === 'in' ? `${ports} from ${peer}` : `${ports} to ${peer}`;
