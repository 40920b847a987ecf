import { Menu } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import type { CardProps } from '@/shared/records/model/config';
import { toast, toastError } from '@/shared/ui/toast';
import { useIsAssigned } from '@/shared/workspace/assignment';
import { useAssign } from './api';
import './namespace';

/** In the menu of a lead: let the rules decide whose it is. */
export function AssignAction({ display, record, mayEdit }: CardProps) {
  const t = useText('assignment');
  const isAssigned = useIsAssigned('lead');
  const assign = useAssign();
  if (!isAssigned || !mayEdit) return null;
  // The menu closes at once, and with it what waits for the answer: a promise outlives it.
  const run = async (): Promise<void> => {
    try {
      const { owner_id } = await assign.mutateAsync(record.id);
      toast(owner_id ? t('assignment:given', { name: display.member(owner_id)?.name ?? '' }) : t('assignment:given_nobody'));
    } catch (error) {
      toastError(errorMessage(t, error));
    }
  };
  return (
    <Menu.Item
      leftSection={<IconArrowsShuffle size={16} stroke={1.5} />}
      onClick={() => void run()}
    >
      {t('assignment:assign')}
    </Menu.Item>
  );
}
