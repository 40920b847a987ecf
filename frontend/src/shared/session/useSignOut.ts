import { useMutation } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';

/** End the session and start afresh: nothing of the person stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => body(sessionApi.POST('/api/session/sign-out')),
    onSuccess: () => {
      sessionStorage.clear();
      window.location.assign('/sign-in');
    },
  });
}
