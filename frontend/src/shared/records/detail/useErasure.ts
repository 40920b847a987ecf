import { useNavigate } from '@tanstack/react-router';
import { body } from '@/api/client';
import type { ObjectType } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';

/** Look for everything about the person behind a record, and go where it is shown before anything is erased. */
export function useErasure(object: ObjectType, id: string): () => void {
  const t = useText();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  return () => {
    const record = { type: object.name as 'lead', id };
    body(workspace.api.POST('/api/v1/erasures', { body: { record } })).then(
      (erasure) =>
        void navigate({
          to: '/w/$slug/settings/privacy/$erasureId',
          params: { slug: workspace.slug, erasureId: erasure.id },
        }),
      (error: unknown) => toastError(errorMessage(t, error)),
    );
  };
}
