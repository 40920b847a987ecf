import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconDots, IconHelpCircle, IconLink, IconTrash } from '@tabler/icons-react';
import { toast } from '@/shared/ui/toast';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  /** Path of the record's own page. */
  href: string;
  /** Tells why the record is in the list that is open, if that list is narrowed. */
  onExplain?: (() => void) | null;
  onDelete: (() => void) | null;
}

/** Copy link, and the menu with what is needed rarely. */
export function RecordActions({ display, href, onExplain = null, onDelete }: Props) {
  const { t } = display;
  const clipboard = useClipboard();
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
      {(onExplain ?? onDelete) && (
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
            {onDelete && (
              <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={onDelete}>
                {t('records:action.delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
