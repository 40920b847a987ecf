import { Button } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { ApiProblem, ConnectionProblem } from '@/api/problem';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from './EmptyState';

interface Props {
  error: unknown;
  /** Try the same again. */
  onRetry?: () => void;
  /** 1 when this is all there is on the page. */
  titleOrder?: 1 | 2;
}

/** What happened and what to do, for a page or a part of one that could not be loaded. */
export function ErrorState({ error, onRetry, titleOrder = 2 }: Props) {
  const t = useText();
  const offline = error instanceof ConnectionProblem;
  const requestId = error instanceof ApiProblem ? error.body.request_id : undefined;
  const message = errorMessage(t, error);
  return (
    <div role="alert">
      <EmptyState
        icon={offline ? IconPlugConnectedX : IconAlertTriangle}
        title={offline ? t('common:state.offline_title') : t('common:state.error_title')}
        titleOrder={titleOrder}
        text={requestId ? t('common:state.error_with_reference', { message, reference: requestId }) : message}
      >
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t('common:action.try_again')}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}
