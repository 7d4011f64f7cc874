import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts of this platform in the shape of published ones, so that the register of attempts is one list. */
export class AttemptRegister1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create view attempt_register as
        select newest.case_id, newest.block_id, newest.rehearsal, newest.ordinal, newest.kind, newest.previous_case_id,
               newest.phase, newest.reason as reason_code,
               case when newest.scheme = 'exploration-licence' then 'exploration-licence'
                    when notice.record #>> '{notice,jurisdiction}' <> 'CENTRE' then 'state'
                    when notice.record #>> '{notice,centralGround}' is not null then 'central-other'
                    else 'central-critical' end as regime,
               case newest.scheme when 'mining-lease' then 'ML' when 'composite-licence' then 'CL' else 'EL' end as concession,
               case when newest.phase in ('DECLARED', 'CONCLUDED') then 'preferred_bidder'
                    when newest.phase = 'ANNULLED' and declared.record is not null then 'annulled_after_award'
                    when newest.phase = 'ANNULLED' then 'annulled'
                    else 'offered' end as status,
               b.name as block_name, b.state, b.minerals,
               bidder.legal_name as preferred_bidder,
               notice.record #>> '{notice,bound}' as bound,
               ended.record #>> '{counts,floor}' as floor_price_percent,
               declared.record ->> 'percent' as final_price_offer_percent,
               (ended.record #>> '{counts,bidsReceived}')::int as bids_received,
               (ended.record #>> '{counts,technicallyQualified}')::int as technically_qualified,
               (ended.record #>> '{counts,qualified}')::int as qualified,
               ended.record #>> '{annulment,text}' as reason_text,
               ended.record #>> '{annulment,provision}' as provision,
               (notice.record #>> '{published,at}')::bigint as notice_at,
               (s.schedule ->> 'purchaseClosesAt')::bigint as tender_sale_end_at,
               (s.schedule ->> 'bidsDueAt')::bigint as bid_due_at,
               coalesce(ended.record #>> '{annulment,at}', ended.record ->> 'declaredAt')::bigint as decided_at
          from (select distinct on (case_id) * from auction_attempt order by case_id, seq desc) newest
          join lateral (select record from auction_attempt where case_id = newest.case_id and phase = 'PUBLISHED'
                         order by seq desc limit 1) notice on true
          join block b on b.id = newest.block_id and b.version = (notice.record #>> '{published,blockVersion}')::int
          left join lateral (select record from auction_attempt where case_id = newest.case_id and phase = 'DECLARED'
                              order by seq desc limit 1) declared on true
          left join lateral (select record from auction_attempt
                              where case_id = newest.case_id and phase in ('ANNULLED', 'DECLARED')
                              order by seq desc limit 1) ended on true
          left join lateral (select schedule from auction_schedule where case_id = newest.case_id
                              order by seq desc limit 1) s on true
          left join bidder_current bidder on bidder.organisation_id = declared.record ->> 'organisationId';
      comment on view attempt_register is 'Attempts whose notice is published, as they stand: only what everybody may read.';
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select on attempt_register to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view attempt_register;');
  }
}
