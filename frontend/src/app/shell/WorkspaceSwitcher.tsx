import { Menu, ScrollArea, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { firstCharacter } from '@/shared/format/initials';
import { useText } from '@/shared/i18n/text';
import { useSession } from '@/shared/session/session';
import { useWorkspace } from '@/shared/workspace/workspace';
import classes from './WorkspaceSwitcher.module.css';

/** The first letter or character of a name, as a mark. */
function Mark({ name }: { name: string }) {
  return (
    <span className={classes.mark} aria-hidden>
      {firstCharacter(name)}
    </span>
  );
}

/** Which workspace this is, the others one belongs to, and the way to create one more. */
export function WorkspaceSwitcher({ onCreate }: { onCreate: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const current = useWorkspace();
  const { workspaces } = useSession();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={classes.button} title={current.name}>
          <VisuallyHidden>{t('common:workspace.switch', { name: current.name })}</VisuallyHidden>
          <Mark name={current.name} />
          <span className={classes.name} aria-hidden>
            {current.name}
          </span>
          <IconSelector size={16} stroke={1.5} className={classes.arrow} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('common:workspace.yours')}</Menu.Label>
        <ScrollArea.Autosize mah="50dvh">
          {workspaces.map(({ id, slug, name }) => (
            <Menu.Item
              key={id}
              leftSection={<Mark name={name} />}
              rightSection={id === current.id ? <IconCheck size={16} aria-label={t('common:workspace.current')} /> : null}
              onClick={() => void navigate({ to: '/w/$slug', params: { slug } })}
            >
              <Text span lineClamp={2}>
                {name}
              </Text>
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={16} stroke={1.5} />} onClick={onCreate}>
          {t('common:workspace.create')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
