import { useState, type MouseEvent } from 'react';
import { ActionIcon, Button, Menu, NativeSelect, Text } from '@mantine/core';
import { IconArrowBackUp, IconBookmarkPlus, IconDeviceFloppy, IconDots, IconPencil, IconTrash, IconUsers } from '@tabler/icons-react';
import type { ObjectType, SavedView } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toast, toastError, toastUndo } from '@/shared/ui/toast';
import { NO_VIEW } from '../model/search';
import { useViewActions } from './data';
import { queryOf } from './search';
import type { ViewState } from './useView';
import { ViewDialog, type ViewForm } from './ViewDialog';
import './namespace';
import classes from './ViewBar.module.css';

interface Props {
  object: ObjectType;
  state: ViewState;
  /** Path of the list, for links to a view. */
  href: string;
  /** The list is narrowed or arranged, so there is something worth keeping. */
  narrowed: boolean;
  isPhone: boolean;
}

const BLANK: ViewForm = { name: '', audience: 'private', team_id: null, default_for: [] };

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** The views of a list as tabs (on a phone as a select), and what can be done to the one that is shown. */
export function ViewBar({ object, state, href, narrowed, isPhone }: Props) {
  const t = useText('views', 'records');
  const actions = useViewActions(object.name);
  const [dialog, setDialog] = useState<'new' | 'edit' | null>(null);
  const { views, active, isClosed, show } = state;
  const changed = state.changed && !isClosed;
  if (views.length === 0 && !narrowed && !state.isGone) return null;

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      toastError(errorMessage(t, error));
    }
  };
  const kept = () => ({ query: queryOf(state.search, object), layout: state.search.layout ?? 'table' });
  const saveChanges = (view: SavedView) =>
    attempt(async () => {
      const saved = await actions.change(view, kept());
      show(saved, { replace: true });
      toast(t('views:saved', { name: saved.name }));
    });
  const remove = (view: SavedView) =>
    attempt(async () => {
      await actions.remove(view);
      show(null, { replace: true });
      const { name, audience, team_id, layout, default_for, position, query } = view;
      const again = { object: view.object, name, audience, team_id, layout, default_for, position, query };
      toastUndo(t('views:deleted', { name }), t('records:action.undo'), () => {
        void attempt(async () => show(await actions.create(again)));
      });
    });
  const save = async (values: ViewForm): Promise<void> => {
    if (dialog === 'edit' && active) await actions.change(active, values);
    else show(await actions.create({ object: object.name as SavedView['object'], ...kept(), ...values }), { replace: true });
    setDialog(null);
  };
  const mayEdit = active?.may_change ?? false;
  const hasMenu = active !== undefined && (mayEdit || changed);
  return (
    <div className={classes.bar}>
      {isPhone ? (
        <NativeSelect
          className={classes.select}
          aria-label={t('views:label')}
          value={active?.id ?? NO_VIEW}
          onChange={(event) => show(views.find(({ id }) => id === event.currentTarget.value) ?? null)}
          data={[{ value: NO_VIEW, label: t('views:all') }, ...views.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      ) : (
        <nav aria-label={t('views:label')} className={classes.tabs}>
          <Tab label={t('views:all')} href={`${href}?view=${NO_VIEW}`} isActive={!active} onShow={() => show(null)} />
          {views.map((view) => (
            <Tab
              key={view.id}
              label={view.name}
              shared={view.audience === 'private' ? null : t(view.audience === 'team' ? 'views:teams' : 'views:everyones')}
              href={`${href}?view=${view.id}`}
              isActive={view.id === active?.id}
              changed={view.id === active?.id && changed ? t('views:changed') : null}
              onShow={() => show(view)}
            />
          ))}
        </nav>
      )}
      {hasMenu && (
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={isPhone ? 44 : 28}
              aria-label={t('views:menu', { name: active.name })}
            >
              <IconDots size={16} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {changed && (
              <Menu.Item leftSection={<IconArrowBackUp size={16} stroke={1.5} />} onClick={() => show(active)}>
                {t('views:discard')}
              </Menu.Item>
            )}
            {changed && mayEdit && (
              <Menu.Item leftSection={<IconBookmarkPlus size={16} stroke={1.5} />} onClick={() => setDialog('new')}>
                {t('views:save_new')}
              </Menu.Item>
            )}
            {mayEdit && (
              <>
                <Menu.Item leftSection={<IconPencil size={16} stroke={1.5} />} onClick={() => setDialog('edit')}>
                  {t('views:edit')}
                </Menu.Item>
                <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => void remove(active)}>
                  {t('views:delete')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {state.isGone && (
        <Text size="sm" c="dimmed" role="status">
          {t('views:gone')}
        </Text>
      )}
      <span className={classes.space} />
      {!isClosed && (active && changed && mayEdit ? (
        <SaveButton label={t('views:save_changes')} isPhone={isPhone} onClick={() => void saveChanges(active)} />
      ) : (
        narrowed &&
        (!active || changed) && (
          <SaveButton
            label={active ? t('views:save_new') : t('views:save')}
            isPhone={isPhone}
            onClick={() => setDialog('new')}
          />
        )
      ))}
      {dialog && (
        <ViewDialog
          title={dialog === 'edit' ? t('views:edit') : active ? t('views:save_new') : t('views:save')}
          initial={dialog === 'edit' && active ? pick(active) : BLANK}
          fullScreen={isPhone}
          onSave={save}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}

function pick({ name, audience, team_id, default_for }: SavedView): ViewForm {
  return { name, audience, team_id, default_for };
}

function SaveButton({ label, isPhone, onClick }: { label: string; isPhone: boolean; onClick: () => void }) {
  return (
    <Button
      className={classes.save}
      variant="light"
      size={isPhone ? 'md' : 'compact-sm'}
      {...(isPhone ? { px: 12 } : {})}
      leftSection={isPhone ? null : <IconDeviceFloppy size={16} stroke={1.5} />}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

interface TabProps {
  label: string;
  /** Says that others see it. */
  shared?: string | null;
  /** Says that there is something on top of it. */
  changed?: string | null;
  href: string;
  isActive: boolean;
  onShow: () => void;
}

function Tab({ label, shared = null, changed = null, href, isActive, onShow }: TabProps) {
  return (
    <a
      className={classes.tab}
      href={href}
      aria-current={isActive ? 'page' : undefined}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        onShow();
      }}
    >
      <span className={classes.name}>{label}</span>
      {shared && <IconUsers size={14} stroke={1.5} role="img" aria-label={shared} className={classes.shared} />}
      {changed && <span className={classes.dot} role="img" aria-label={changed} title={changed} />}
    </a>
  );
}
