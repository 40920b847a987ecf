import { Button } from '@mantine/core';
import { IconChecklist } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useText } from '@/shared/i18n/text';
import type { Filter } from '@/shared/records/model/filters';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { WAITING, waitingQuery } from './api';
import './namespace';
import classes from './qualification.module.css';

interface Props {
  /** What narrows the list now. */
  shown: Filter | undefined;
  onShow: (filter: Filter) => void;
}

/** For those who confirm qualifications: how many leads wait for them, and the way there. */
export function WaitingNotice({ shown, onShow }: Props) {
  const t = useText('qualification');
  const mayConfirm = useMe().powers.includes('confirm');
  const { data: count = 0 } = useQuery({ ...waitingQuery(useWorkspace()), enabled: mayConfirm });
  if (count === 0 || JSON.stringify(shown) === JSON.stringify(WAITING)) return null;
  return (
    <div className={classes.notice}>
      <Button
        variant="light"
        size="compact-md"
        className={classes.touch}
        leftSection={<IconChecklist size={16} stroke={1.5} />}
        onClick={() => onShow(WAITING)}
      >
        {t('qualification:notice', { count })}
      </Button>
    </div>
  );
}
