import type { Feature } from '@/shared/feature';
import { auditFeature } from '@/features/audit/feature';
import { changesFeature } from '@/features/changes/feature';
import { dataFeature } from '@/features/data/feature';
import { importsFeature } from '@/features/imports/feature';
import { leadsFeature } from '@/features/leads/feature';
import { notificationsFeature } from '@/features/notifications/feature';
import { peopleFeature } from '@/features/people/feature';
import { privacyFeature } from '@/features/privacy/feature';
import { profileFeature } from '@/features/profile/feature';
import { rightsFeature } from '@/features/rights/feature';
import { securityFeature } from '@/features/security/feature';

/** Every feature of the product, in the order of the navigation and of the settings. */
export const features: Feature[] = [
  leadsFeature,
  importsFeature,
  changesFeature,
  profileFeature,
  notificationsFeature,
  securityFeature,
  peopleFeature,
  rightsFeature,
  auditFeature,
  dataFeature,
  privacyFeature,
];

export const featureNamespaces = [...new Set(features.flatMap((feature) => feature.namespaces))];
