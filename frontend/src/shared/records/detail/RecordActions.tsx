import { lazy, Suspense, useState, type ReactNode } from 'react';
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconDots, IconEye, IconHelpCircle, IconLink, IconTrash, IconUserOff } from '@tabler/icons-react';
import { toast } from '@/shared/ui/toast';
import { useMe } from '@/shared/workspace/workspace';
import type { Display } from '../values/display';
import { useErasure } from './useErasure';

const AccessDialog = lazy(async () => ({ default: (await import('./AccessDialog')).AccessDialog }));

interface Props {
  display: Display;
  id: string;
  /** Path of the record's own page. */
  href: string;
  /** Tells why the record is in the list that is open, if that list is narrowed. */
  onExplain?: (() => void) | null;
  /** Items of the object's own. */
  children?: ReactNode;
  onDelete: (() => void) | null;
}

/** Copy link, and the menu with what is needed rarely. */
export function RecordActions({ display, id, href, onExplain = null, children, onDelete }: Props) {
  const { t } = display;
  const clipboard = useClipboard();
  const [asking, setAsking] = useState(false);
  const mayErase = useMe().powers.includes('privacy');
  const erase = useErasure(display.object, id);
  const copy = (): void => {
    clipboard.copy(new URL(href, window.location.origin).href);
    toast(t('records:detail.link_copied'));
  };
  return (
    <>
      <Tooltip label={t('records:detail.copy_link')}>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('records:detail.copy_link')} onClick={copy}>
          <IconLink size={18} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('records:detail.more_actions')}>
            <IconDots size={18} stroke={1.5} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {onExplain && (
            <Menu.Item leftSection={<IconHelpCircle size={16} stroke={1.5} />} onClick={onExplain}>
              {t('records:explain.open')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconEye size={16} stroke={1.5} />} onClick={() => setAsking(true)}>
            {t('records:access.open')}
          </Menu.Item>
          {children}
          {onDelete && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={onDelete}>
              {t('records:action.delete')}
            </Menu.Item>
          )}
          {mayErase && (
            <Menu.Item color="red" leftSection={<IconUserOff size={16} stroke={1.5} />} onClick={erase}>
              {t('records:action.erase_person')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <Suspense fallback={null}>
          <AccessDialog object={display.object} id={id} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
