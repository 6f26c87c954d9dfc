import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `raw_leads` is the existing platform's where it is there: only what is missing is added. The tables of the workflows
 * are named after leads, since the platform may have workflows of its own.
 */
export class VendorLeads1795133040000 implements MigrationInterface {
  readonly name = 'VendorLeads1795133040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vendors (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL CONSTRAINT vendors_name UNIQUE,
        "createdAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE vendor_api_keys (
        id text PRIMARY KEY,
        "vendorId" uuid NOT NULL CONSTRAINT vendor_api_keys_vendor REFERENCES vendors (id),
        hash bytea NOT NULL,
        "createdAt" timestamptz NOT NULL DEFAULT now(),
        "lastUsedAt" timestamptz,
        "revokedAt" timestamptz
      );
      CREATE INDEX vendor_api_keys_vendor_id ON vendor_api_keys ("vendorId");
    `);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS raw_leads (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid()
      );
      ALTER TABLE raw_leads
        ADD COLUMN IF NOT EXISTS "vendorId" uuid,
        ADD COLUMN IF NOT EXISTS name text,
        ADD COLUMN IF NOT EXISTS email text,
        ADD COLUMN IF NOT EXISTS phone text,
        ADD COLUMN IF NOT EXISTS "courseInterest" text,
        ADD COLUMN IF NOT EXISTS source text,
        ADD COLUMN IF NOT EXISTS campaign text,
        ADD COLUMN IF NOT EXISTS utm jsonb,
        ADD COLUMN IF NOT EXISTS custom jsonb,
        ADD COLUMN IF NOT EXISTS "createdAt" timestamptz NOT NULL DEFAULT now();
    `);
    await runner.query(`
      CREATE TABLE vendor_lead_requests (
        "vendorId" uuid NOT NULL,
        key text NOT NULL,
        "bodyHash" bytea NOT NULL,
        "leadId" uuid NOT NULL,
        "createdAt" timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY ("vendorId", key)
      );
      CREATE INDEX vendor_lead_requests_created_at ON vendor_lead_requests ("createdAt");
    `);
    await runner.query(`
      CREATE TABLE leads_to_enrol (
        "leadId" uuid PRIMARY KEY,
        "createdAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE lead_workflows (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        "isActive" boolean NOT NULL DEFAULT true,
        source text,
        campaign text,
        steps jsonb NOT NULL,
        "createdAt" timestamptz NOT NULL DEFAULT now(),
        "updatedAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE lead_enrolments (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        "leadId" uuid NOT NULL,
        "workflowId" uuid NOT NULL CONSTRAINT lead_enrolments_workflow REFERENCES lead_workflows (id),
        step integer NOT NULL DEFAULT 0,
        "dueAt" timestamptz DEFAULT now(),
        "createdAt" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT lead_enrolments_once UNIQUE ("leadId", "workflowId")
      );
      CREATE INDEX lead_enrolments_due_at ON lead_enrolments ("dueAt");
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
