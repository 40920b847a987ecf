import type { Notification } from '@/api/types';
import { useObjects, useWorkspace } from '@/shared/workspace/workspace';

/** Where a notification leads, as a path. */
export function useTarget(): (each: Notification) => string {
  const { slug } = useWorkspace();
  const objects = useObjects();
  return ({ object, record, about }) => {
    const home = `/w/${slug}`;
    if (about.what === 'export') return `${home}/settings/data`;
    if (about.what === 'import') return `${home}/imports/${String(about.id)}`;
    const plural = objects.find(({ name }) => name === object)?.plural;
    if (plural === undefined) return home;
    return record ? `${home}/${plural}/${record.id}` : `${home}/${plural}`;
  };
}
