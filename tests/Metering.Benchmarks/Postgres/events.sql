-- A batch of events: ids that are new are kept, counters moved, ledger rows written, in one call. Tables are those of consume.sql.
CREATE TABLE event_stage (
    license_id integer NOT NULL,
    event_id text NOT NULL,
    amount numeric NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE event_identity (
    license_id integer NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (license_id, event_id)
);

CREATE FUNCTION take_events() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
BEGIN
    -- In the order of the ids, so that two batches never wait for each other.
    PERFORM 1 FROM license WHERE id IN (SELECT license_id FROM stage) ORDER BY id FOR UPDATE;
    WITH fresh AS (
        INSERT INTO event_identity SELECT license_id, event_id FROM stage ON CONFLICT DO NOTHING RETURNING license_id, event_id
    ), events AS (
        SELECT s.*, row_number() OVER mine AS place, sum(s.amount) OVER mine AS upto
        FROM stage s JOIN fresh USING (license_id, event_id)
        WINDOW mine AS (PARTITION BY s.license_id ORDER BY s.event_id)
    ), totals AS (
        SELECT license_id, sum(amount) AS amount, count(*) AS events FROM events GROUP BY license_id
    ), meters AS (
        UPDATE license SET used = used + totals.amount, sequence = sequence + totals.events FROM totals
        WHERE id = totals.license_id
        RETURNING id, used - totals.amount AS before, sequence - totals.events AS first
    )
    INSERT INTO ledger (id, license_id, sequence, at, feature, amount, before, after, answer)
        SELECT nextval('ledger_id'), e.license_id, m.first + e.place, e.at, 'api_calls', e.amount,
            m.before + e.upto - e.amount, m.before + e.upto, '{}'
        FROM events e JOIN meters m ON m.id = e.license_id;
    GET DIAGNOSTICS counted = ROW_COUNT;
    RETURN counted;
END $$;
