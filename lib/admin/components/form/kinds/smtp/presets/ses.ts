import type { Preset } from './preset.js';

/** Regions of Amazon SES with an SMTP endpoint, without those that must first be enabled in an account. Other hosts can be entered. */
const SES_REGIONS: readonly [id: string, label: string][] = [
  ['us-east-1', 'US East (N. Virginia)'],
  ['us-east-2', 'US East (Ohio)'],
  ['us-west-1', 'US West (N. California)'],
  ['us-west-2', 'US West (Oregon)'],
  ['ca-central-1', 'Canada (Central)'],
  ['sa-east-1', 'South America (São Paulo)'],
  ['eu-central-1', 'Europe (Frankfurt)'],
  ['eu-west-1', 'Europe (Ireland)'],
  ['eu-west-2', 'Europe (London)'],
  ['eu-west-3', 'Europe (Paris)'],
  ['eu-north-1', 'Europe (Stockholm)'],
  ['ap-south-1', 'Asia Pacific (Mumbai)'],
  ['ap-northeast-1', 'Asia Pacific (Tokyo)'],
  ['ap-northeast-2', 'Asia Pacific (Seoul)'],
  ['ap-northeast-3', 'Asia Pacific (Osaka)'],
  ['ap-southeast-1', 'Asia Pacific (Singapore)'],
  ['ap-southeast-2', 'Asia Pacific (Sydney)'],
];

export const ses: Preset = {
  id: 'ses',
  name: 'Amazon SES',
  group: 'delivery',
  host: 'email-smtp.us-east-1.amazonaws.com',
  port: '587',
  security: 'starttls',
  regions: SES_REGIONS.map(([id, label]) => ({ id, label, host: `email-smtp.${id}.amazonaws.com` })),
  source: 'https://docs.aws.amazon.com/general/latest/gr/ses.html',
  help: 'https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html',
};
