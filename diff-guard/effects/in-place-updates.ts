export interface InPlaceUpdate {
  readonly type: string;
  readonly property: string;
  /** What the users of it notice. */
  readonly interruption: 'none' | 'restart';
  readonly reason: string;
}

/**
 * What CloudFormation's specification calls conditional or leaves open, although the service changes it in place.
 * Sources: RDS user guide, "Settings for DB instances" (ModifyDBInstance: downtime notes); ElastiCache user guide,
 * "Modifying a replication group" and "Scaling" .
 */
export const inPlaceUpdates: readonly InPlaceUpdate[] = [
  ...database('none', 'RDS changes this setting while the database serves.', [
    'AllocatedStorage',
    'AutoMinorVersionUpgrade',
    'MaxAllocatedStorage',
    'PreferredBackupWindow',
    'PreferredMaintenanceWindow',
  ]),
  ...database('none', 'RDS adds or removes the standby while the database serves; I/O is slower meanwhile.', [
    'MultiAZ',
  ]),
  ...database('none', 'No downtime, except from or to 0 days, which restarts it and is called weakened anyway.', [
    'BackupRetentionPeriod',
  ]),
  ...database('none', 'Between the SSD types RDS changes it while the database serves, for hours.', ['StorageType']),
  ...database('restart', 'RDS restarts the instance on the new hardware; with Multi-AZ it is a failover.', [
    'DBInstanceClass',
  ]),
  ...database('restart', 'RDS upgrades the engine, standby included, and the database is away for minutes.', [
    'EngineVersion',
  ]),
  ...database('restart', 'A parameter group that is exchanged comes into effect with a restart.', [
    'DBParameterGroupName',
  ]),
  ...database('restart', 'RDS restarts the instance to load another certificate.', ['CACertificateIdentifier']),
  ...cache('restart', 'ElastiCache fails over to nodes of the new type; connections are cut once.', ['CacheNodeType']),
  ...cache('restart', 'ElastiCache upgrades node by node; connections are cut once.', ['EngineVersion']),
  ...cache('restart', 'Some parameters come into effect with a restart of the nodes.', ['CacheParameterGroupName']),
  ...cache('restart', 'Clients have to follow the mode of encryption in transit.', [
    'TransitEncryptionEnabled',
    'TransitEncryptionMode',
  ]),
];

function database(interruption: InPlaceUpdate['interruption'], reason: string, properties: readonly string[]) {
  return properties.map((property) => ({ type: 'AWS::RDS::DBInstance', property, interruption, reason }));
}

function cache(interruption: InPlaceUpdate['interruption'], reason: string, properties: readonly string[]) {
  return properties.map((property) => ({ type: 'AWS::ElastiCache::ReplicationGroup', property, interruption, reason }));
}

export const inPlaceUpdate = (type: string, property: string): InPlaceUpdate | undefined =>
  inPlaceUpdates.find((row) => row.type === type && row.property === property);
