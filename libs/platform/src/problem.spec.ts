import { PROBLEMS, Problem, refuseFields, type ProblemSlug } from './problem.js';

describe('a problem', () => {
  it('renders as RFC 9457 with its extensions beside the standard members', () => {
    const problem = new Problem('rule-refused', {
      detail: 'The offer does not improve on the best one',
      extensions: { rule: 'offerImprovesOnBest' },
      cause: new Error('not shown'),
    });
    expect(JSON.parse(JSON.stringify(problem))).toEqual({
      type: '/problems/rule-refused',
      title: 'A rule refuses this',
      status: 422,
      detail: 'The offer does not improve on the best one',
      rule: 'offerImprovesOnBest',
    });
  });

  it('lists every bad field', () => {
    const errors = [
      { field: 'percent', message: 'two decimals at most' },
      { field: 'extra', message: 'unknown' },
    ];
    expect(refuseFields(errors).toJSON()).toMatchObject({ status: 400, type: '/problems/validation', errors });
  });

  it('does not let an extension pass for a standard member', () => {
    expect(() => new Problem('internal', { extensions: { status: 200 } })).toThrow(TypeError);
  });

  it.each(Object.keys(PROBLEMS) as ProblemSlug[])('of kind %s has an error status and a title of its own', (slug) => {
    const { status, title } = new Problem(slug);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(Object.values(PROBLEMS).filter((each) => each.title === title)).toHaveLength(1);
  });
});
