-- The same job in a database: the idempotency row, the guarded update, the ledger row with the answer, in one call.
CREATE TABLE license (
    id integer PRIMARY KEY,
    used numeric NOT NULL DEFAULT 0,
    allowance numeric NOT NULL,
    sequence bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE idempotency (
    license_id integer NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    ledger_id bigint NOT NULL,
    PRIMARY KEY (license_id, key)
);

CREATE TABLE ledger (
    id bigint PRIMARY KEY,
    license_id integer NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    feature text NOT NULL,
    amount numeric NOT NULL,
    before numeric NOT NULL,
    after numeric NOT NULL,
    answer jsonb NOT NULL
);

CREATE INDEX ledger_license ON ledger (license_id, sequence);
CREATE SEQUENCE ledger_id CACHE 100;

CREATE FUNCTION consume(the_license integer, the_key text, the_hash text, the_amount numeric) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    entry bigint := nextval('ledger_id');
    known record;
    meter record;
    answer jsonb;
BEGIN
    INSERT INTO idempotency (license_id, key, body_hash, ledger_id) VALUES (the_license, the_key, the_hash, entry) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT i.body_hash, l.answer INTO known FROM idempotency i JOIN ledger l ON l.id = i.ledger_id
            WHERE i.license_id = the_license AND i.key = the_key;
        IF known.body_hash <> the_hash THEN
            RAISE EXCEPTION 'idempotency_key_reused';
        END IF;
        RETURN known.answer;
    END IF;

    UPDATE license SET used = used + the_amount, sequence = sequence + 1
        WHERE id = the_license AND used + the_amount <= allowance
        RETURNING used, allowance, sequence INTO meter;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'quota_exceeded';
    END IF;

    answer := jsonb_build_object(
        'allowed', true, 'feature_code', 'api_calls', 'amount', the_amount, 'used', meter.used,
        'allowance', meter.allowance, 'remaining', meter.allowance - meter.used, 'sequence', meter.sequence);
    INSERT INTO ledger (id, license_id, sequence, feature, amount, before, after, answer)
        VALUES (entry, the_license, meter.sequence, 'api_calls', the_amount, meter.used - the_amount, meter.used, answer);
    RETURN answer;
END $$;
