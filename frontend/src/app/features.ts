import type { Feature } from '@/shared/feature';
import { importsFeature } from '@/features/imports/feature';
import { leadsFeature } from '@/features/leads/feature';

/** Every feature of the product, in the order of the navigation. */
export const features: Feature[] = [leadsFeature, importsFeature];

export const featureNamespaces = [...new Set(features.flatMap((feature) => feature.namespaces))];
