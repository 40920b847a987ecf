import type { Import } from '@/api/types';
import { ApiProblem, ConnectionProblem, type ProblemBody } from '@/api/problem';
import { mutationHeaders } from '@/api/transport';

function problemOf(request: XMLHttpRequest): ApiProblem {
  let given: Partial<ProblemBody> = {};
  try {
    given = JSON.parse(request.responseText) as Partial<ProblemBody>;
  } catch {
    // A proxy answered with something that is not ours.
  }
  return new ApiProblem({
    type: 'about:blank',
    title: request.statusText,
    detail: '',
    code: `http_${request.status}`,
    ...given,
    status: request.status,
  });
}

interface Options {
  workspaceId: string;
  object: string;
  file: File;
  /** A share of 1; called as the file goes. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Send a file for import. `fetch` cannot tell how far an upload is, so this is the one call that does not use it. */
export function upload({ workspaceId, object, file, onProgress, signal }: Options): Promise<Import> {
  const form = new FormData();
  form.append('object', object);
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/imports');
    for (const [name, value] of Object.entries(mutationHeaders(workspaceId))) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as Import);
      else reject(problemOf(request));
    });
    request.addEventListener('error', () => reject(new ConnectionProblem(request.statusText)));
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
