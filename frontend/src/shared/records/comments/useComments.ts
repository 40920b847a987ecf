import { useMemo } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Comment, ObjectType } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import { followersQuery, historyQuery } from '../data/queries';

export interface CommentActions {
  say: (text: string, key: string) => Promise<void>;
  sayAgain: (comment: Comment, text: string) => Promise<void>;
  unsay: (comment: Comment) => Promise<void>;
}

/** What can be done with the comments on a record; its history is read again after each. */
export function useComments(object: ObjectType, id: string): CommentActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(() => {
    const api = recordsApi(workspace, object);
    const after = async (done: Promise<unknown>): Promise<void> => {
      try {
        await done;
      } finally {
        void client.invalidateQueries({ queryKey: followersQuery(workspace, object, id).queryKey });
        await client.invalidateQueries({ queryKey: historyQuery(workspace, object, id).queryKey });
      }
    };
    return {
      say: (text, key) => after(api.say(id, text, key)),
      sayAgain: (comment, text) => after(api.sayAgain(id, comment, text)),
      unsay: (comment) => after(api.unsay(id, comment)),
    };
  }, [workspace, client, object, id]);
}
