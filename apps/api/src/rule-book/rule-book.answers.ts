import { formatInstant } from '#case-kit';
import {
  hashContent,
  nameVersion,
  SIGNATURES_NEEDED,
  type Draft,
  type DraftInReview,
  type ParameterContent,
  type ParameterDifference,
  type Publication,
  type PublicationEntry,
  type PublishedParameter,
  type Signatures,
} from '#rulebook';

/** Whoever signs and publishes does so in this capacity and no other. */
const ROLE = 'rule-book-owner';

interface Named {
  readonly role: typeof ROLE;
  readonly id: string;
  readonly name: string;
}

const named = (id: string, name: string): Named => ({ role: ROLE, id, name });

/** A version as it is shown: with its provision, how far it may be trusted, and who signed it and when. */
export function showParameter(content: ParameterContent, signed: boolean, signatures: Signatures): object {
  const { act, provision, text = null, ...rest } = content;
  return {
    ...rest,
    version: nameVersion(content),
    ref: { act, provision },
    text,
    signed,
    signatures: (signatures.get(hashContent(content)) ?? []).map(({ personId, name, signedAt }) => ({
      ...named(personId, name),
      signedAt: formatInstant(signedAt.getTime()),
    })),
  };
}

export function showPublished(content: PublishedParameter, signatures: Signatures): object {
  const { signed, ...own } = content;
  return showParameter(own, signed, signatures);
}

export function showPublication(publication: Publication): object {
  const { seq, hash, note, publishedAt, publishedBy, publisherName } = publication;
  return {
    seq,
    law: hash,
    href: `/v1/rule-book/laws/${hash}`,
    note,
    publishedAt: formatInstant(publishedAt.getTime()),
    publishedBy: named(publishedBy, publisherName),
  };
}

/** A publication with the versions by which it differs from the one before it. */
export function showEntry({ differences, ...publication }: PublicationEntry): object {
  return {
    ...showPublication(publication),
    changes: differences.map(({ name, removed, added }: ParameterDifference) => ({
      name,
      removed: removed.map(nameVersion),
      added: added.map(nameVersion),
    })),
  };
}

export function showDraftHead(draft: Draft): object {
  const { id, version, state, note, baseHash, changedBy, changerName, changedAt } = draft;
  return {
    id,
    href: `/v1/rule-book/drafts/${id}`,
    version,
    state,
    note,
    base: baseHash,
    parameters: draft.changes.map(({ parameter }) => parameter),
    changedBy: named(changedBy, changerName),
    changedAt: formatInstant(changedAt.getTime()),
  };
}

/** A draft whole: what it changes, who signed which content, and what it lacks for its publication. */
export function showDraft(draft: DraftInReview): object {
  const { changes, missing, signatures, publication } = draft;
  const countSigners = (content: ParameterContent): number => signatures.get(hashContent(content))?.length ?? 0;
  return {
    ...showDraftHead(draft),
    changes: changes.map(({ parameter, versions }) => ({
      parameter,
      versions: versions.map((content) =>
        showParameter(content, countSigners(content) >= SIGNATURES_NEEDED, signatures),
      ),
    })),
    missing: missing.map(({ content, missing: count }) => ({
      parameter: content.name,
      version: nameVersion(content),
      signatures: count,
    })),
    publication: publication === null ? null : showPublication(publication),
  };
}
