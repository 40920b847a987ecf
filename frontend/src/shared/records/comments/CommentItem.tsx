import { useState } from 'react';
import { ActionIcon, Button, Group, Menu, Modal, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { Comment } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { toast, toastError } from '@/shared/ui/toast';
import { useMe } from '@/shared/workspace/workspace';
import type { Display } from '../values/display';
import { CommentBox } from './CommentBox';
import { partsOf } from './mentions';
import type { CommentActions } from './useComments';
import classes from './comments.module.css';

/** What somebody said; its author changes it or takes it back, and who runs the workspace may delete it. */
export function CommentItem({ display, comment, actions }: { display: Display; comment: Comment; actions: CommentActions }) {
  const { t, member } = display;
  const me = useMe();
  const [editing, setEditing] = useState(false);
  const who = comment.author.name ?? t('records:history.system');
  const isMine = comment.author.id === me.member.id;
  const mayRemove = isMine || me.powers.includes('workspace');
  const [asking, setAsking] = useState(false);
  const remove = async (): Promise<void> => {
    try {
      await actions.unsay(comment);
      toast(t('records:comment.deleted'));
    } catch (error) {
      toastError(errorMessage(t, error));
    }
  };
  return (
    <>
      <div className={classes.head}>
        <Text size="sm" fw={600} component="span">
          {who}
        </Text>
        {comment.edited_at && <span className={classes.edited}>{t('records:comment.edited')}</span>}
        {mayRemove && !editing && (
          <Menu>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('records:comment.actions', { who })}>
                <IconDots size={16} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {isMine && <Menu.Item onClick={() => setEditing(true)}>{t('records:comment.edit')}</Menu.Item>}
              <Menu.Item color="red" onClick={() => (isMine ? void remove() : setAsking(true))}>
                {isMine ? t('records:comment.delete') : t('records:comment.delete_of', { who })}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('records:comment.delete_of', { who })}>
        <Text mb="md">{t('records:comment.delete_of_text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setAsking(false)}>
            {t('common:action.cancel')}
          </Button>
          <Button color="red" onClick={() => void remove()}>
            {t('records:comment.delete')}
          </Button>
        </Group>
      </Modal>
      {editing ? (
        <CommentBox
          display={display}
          stored={comment.body}
          onSend={(text) => actions.sayAgain(comment, text)}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <p className={classes.body}>
          {partsOf(comment.body).map((part, index) =>
            'text' in part ? (
              part.text
            ) : (
              <span key={`${part.memberId}-${index}`} className={classes.mention}>
                @{member(part.memberId)?.name ?? '?'}
              </span>
            ),
          )}
        </p>
      )}
    </>
  );
}
