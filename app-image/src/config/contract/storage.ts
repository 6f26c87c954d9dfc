import type { Group, Refusal } from '../variable';

const longLivedKey = { in: 'deployed', because: 'the task role is the credential' } as const satisfies Refusal;

export const storage = {
  title: 'Storage (S3) and AWS',
  variables: {
    AWS_REGION: {
      description: 'AWS region of everything',
      source: 'infrastructure',
      type: 'text',
      pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
      example: 'ap-south-1',
      required: 'deployed',
      localDefault: 'ap-south-1',
    },
    AWS_ACCESS_KEY_ID: {
      description: 'Access key for S3 on a laptop',
      source: 'local',
      secret: true,
      type: 'text',
      refused: longLivedKey,
    },
    AWS_SECRET_ACCESS_KEY: {
      description: 'Secret of that access key',
      source: 'local',
      secret: true,
      type: 'text',
      refused: longLivedKey,
    },
    AWS_SESSION_TOKEN: {
      description: 'Session token, where that access key is a temporary one',
      source: 'local',
      secret: true,
      type: 'text',
      refused: longLivedKey,
    },
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: {
      description: "ECS sets it; where the AWS SDK fetches the task role's credentials",
      source: 'platform',
      type: 'text',
    },
    AWS_ENDPOINT_URL: {
      description: 'Sends every AWS call here instead; for emulators, never in a task definition or a secret',
      source: 'platform',
      type: 'url',
    },
    AWS_S3_BUCKET_NAME: {
      description: 'Bucket of meeting recordings',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
      localDefault: 'mr-mentor-recordings',
    },
    AWS_S3_STUDENT_DOCUMENTS_BUCKET: {
      description: "Bucket of students' documents",
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
      localDefault: 'myanalytics-documents',
    },
    AWS_S3_BANNER_ASSETS_BUCKET: {
      description: 'Bucket of banners and other public assets',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
      localDefault: 'myanalyticsschool-assets',
    },
    AWS_S3_COURSES_BUCKET: {
      description: 'Bucket of course content',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
    },
    MISS_OZONE_ARCHIVE_BUCKET: {
      description: 'Bucket of archived MissOzone voice interviews',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
    },
    S3_BACKUP_BUCKET: {
      description: 'Bucket of logical database backups',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
    },
    MAS_ASSETS_CDN_URL: {
      description: 'CDN in front of the assets; without it, their URLs are those of the bucket',
      source: 'infrastructure',
      type: 'url',
      required: 'deployed',
    },
    USE_DIRECT_S3_UPLOAD: {
      description: 'Whether browsers upload to S3 by presigned URL; request bodies end at 20 MB',
      source: 'environment',
      type: 'boolean',
      default: 'true',
    },
  },
} as const satisfies Group;
