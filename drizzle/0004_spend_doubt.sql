CREATE TABLE "spend_connections" (
	"connection" text PRIMARY KEY NOT NULL,
	"shapes" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "spend_keys" ADD COLUMN "listed_tags" jsonb;--> statement-breakpoint
-- A payment that lacks a value is found by a tag that says so: the digest of `dimension=?`, as for any other value.
UPDATE "payments" p SET "tags" = p."tags" || array(
	SELECT left(encode(sha256(convert_to(d.name || '=?', 'UTF8')), 'hex'), 32)
	FROM unnest(array[
		'wallet', 'network', 'asset', 'recipient', 'initiator', 'credential', 'counterparty', 'activity',
		'transaction-type', 'method']) AS d (name)
	WHERE coalesce(jsonb_array_length(p."dimensions" -> d.name), 0) = 0);
--> statement-breakpoint
-- Sums are made anew out of the payments when they are next asked for, with those of payments in doubt beside them.
TRUNCATE "spend_keys", "spend_totals", "spend_anchors";
--> statement-breakpoint
DROP FUNCTION "spend_lock"(text, text[], text, text[], jsonb);
--> statement-breakpoint
DROP FUNCTION "spend_sums"(jsonb);
--> statement-breakpoint
-- One sum per question; what does not exist has none. However many payments a key has, it is the head of the key less
-- its last total before the window. What is still on its way counts in every window.
CREATE FUNCTION "spend_sums"("asked" text[], "after" timestamp with time zone[])
RETURNS TABLE (
	"place" integer,
	"counted" text,
	"base" text,
	"without_amount" text,
	"value" text,
	"without_price" text
)
LANGUAGE sql STABLE AS $$
	SELECT (q.place - 1)::integer,
		(k.counted + k.open_counted - coalesce(t.counted, 0))::text,
		(k.base + k.open_base - coalesce(t.base, 0))::text,
		(k.without_amount + k.open_without_amount - coalesce(t.without_amount, 0))::text,
		trim_scale(k.value + k.open_value - coalesce(t.value, 0))::text,
		(k.without_price + k.open_without_price - coalesce(t.without_price, 0))::text
	FROM unnest(asked, after) WITH ORDINALITY AS q (digest, after, place)
	CROSS JOIN LATERAL (SELECT * FROM spend_keys WHERE digest = q.digest LIMIT 1) k
	LEFT JOIN LATERAL (
		SELECT * FROM spend_totals
		WHERE k.counted > 0 AND key_id = k.id AND at <= q.after
		ORDER BY at DESC, counted DESC
		LIMIT 1
	) t ON true
$$;
--> statement-breakpoint
-- Locks the heads of keys by their anchors. Until the transaction ends, no key of the connection is made that does not
-- see its payments. Alone: and nobody looks at sums of payments in doubt, which are read without locking them, or every
-- payment would wait for every other. `stale` when the caller made its anchors for other shapes than there are: then
-- nothing is locked, because who asks again may have to be alone, and two of those would wait for each other. A plan that was made while the tables were empty would read all of them, hence no sequential scans.
CREATE FUNCTION "spend_lock"("of_connection" text, "is_alone" boolean, "known_shapes" text, "anchors" text[])
RETURNS json
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
	shapes text;
	locked bigint[];
BEGIN
	BEGIN
		IF is_alone THEN
			PERFORM pg_advisory_xact_lock(hashtextextended('spend/' || of_connection, 0));
		ELSE
			PERFORM pg_advisory_xact_lock_shared(hashtextextended('spend/' || of_connection, 0));
		END IF;
		shapes := coalesce((SELECT c.shapes FROM spend_connections c WHERE c.connection = of_connection), '');
		IF shapes <> known_shapes THEN
			RAISE EXCEPTION USING ERRCODE = 'CS001';
		END IF;
	EXCEPTION WHEN SQLSTATE 'CS001' THEN
		RETURN json_build_object('state', 'stale', 'shapes', shapes);
	END;
	-- One array, in one order for everybody. With a join, all keys would be read as long as they are not very many.
	locked := array(
		SELECT k.id FROM spend_keys k
		WHERE k.id = ANY (array(SELECT a.key_id FROM spend_anchors a WHERE a.anchor = ANY (anchors)))
		ORDER BY k.id
		FOR UPDATE);
	RETURN json_build_object('state', 'locked', 'keys', (
		SELECT json_agg(json_build_object(
			'id', k.id,
			'counter', k.counter,
			'values', k."values",
			'lastAt', (extract(epoch FROM k.last_at) * 1000)::double precision))
		FROM spend_keys k WHERE k.id = ANY (locked)));
END
$$;
--> statement-breakpoint
-- A payment on its way, under every key that it counts under, and then what is asked: all in one round trip, with the
-- payment in the answers. The keys are locked by being changed, and so are `others`, of which sums are asked that it
-- does not belong to; several of them in one order for everybody. Shared and alone, shapes and plans as above.
-- `payment` is null when the reference is known already: then nothing is counted. `isOnly`: no other payment belongs to
-- the approval.
CREATE FUNCTION "spend_reserve"(
	"of_connection" text,
	"is_alone" boolean,
	"known_shapes" text,
	"anchors" text[],
	"others" text[],
	"its_reference" text,
	"its_approval" uuid,
	"its_dimensions" jsonb,
	"its_tags" text[],
	"its_base" numeric,
	"its_value" numeric,
	"its_currency" text,
	"counted_at" timestamp with time zone,
	"asked" text[],
	"after" timestamp with time zone[]
)
RETURNS json
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
	is_held boolean;
	shapes text;
	named bigint[];
	paid_id bigint;
	unpaid payments;
BEGIN
	BEGIN
		-- As expressions, which need no plan.
		IF is_alone THEN
			is_held := pg_advisory_xact_lock(hashtextextended('spend/' || of_connection, 0)) IS NOT NULL;
		ELSE
			is_held := pg_advisory_xact_lock_shared(hashtextextended('spend/' || of_connection, 0)) IS NOT NULL;
		END IF;
		SELECT
			coalesce((SELECT c.shapes FROM spend_connections c WHERE c.connection = of_connection), ''),
			array(
				SELECT a.key_id FROM spend_anchors a
				WHERE a.anchor = ANY (anchors) AND (
					SELECT k.listed_tags IS NULL OR NOT EXISTS (
						SELECT FROM jsonb_array_elements(k.listed_tags) AS l (tags) WHERE NOT l.tags ?| its_tags)
					FROM spend_keys k WHERE k.id = a.key_id))
		INTO shapes, named;
		IF shapes <> known_shapes THEN
			RAISE EXCEPTION USING ERRCODE = 'CS001';
		END IF;
	EXCEPTION WHEN SQLSTATE 'CS001' THEN
		RETURN json_build_object('state', 'stale', 'shapes', shapes);
	END;
	IF cardinality(named) > 1 OR cardinality(others) > 0 THEN
		PERFORM FROM spend_keys k
		WHERE k.id = ANY (named || array(SELECT o.id FROM spend_keys o WHERE o.digest = ANY (others)))
		ORDER BY k.id
		FOR UPDATE;
	END IF;
	UPDATE spend_keys k SET
		open_counted = k.open_counted + 1,
		open_base = k.open_base + coalesce(its_base, 0),
		open_without_amount = k.open_without_amount + CASE WHEN its_base IS NULL THEN 1 ELSE 0 END,
		open_value = k.open_value + CASE WHEN k.currency = its_currency THEN its_value ELSE 0 END,
		open_without_price = k.open_without_price
			+ CASE WHEN k.currency IS NULL OR k.currency = its_currency THEN 0 ELSE 1 END
	WHERE k.id = ANY (named);
	INSERT INTO payments
		(connection, reference, approval_id, dimensions, tags, amount_base, value, currency, is_open, source, at)
	VALUES (
		of_connection, its_reference, its_approval, its_dimensions, its_tags, its_base, its_value, its_currency,
		true, 'approval', counted_at)
	ON CONFLICT (connection, reference) DO NOTHING
	RETURNING id INTO paid_id;
	IF paid_id IS NULL THEN
		unpaid.amount_base := its_base;
		unpaid.value := its_value;
		unpaid.currency := its_currency;
		PERFORM spend_add_open(unpaid, named, -1);
	END IF;
	RETURN json_build_object(
		'state', 'reserved',
		'payment', paid_id,
		'isOnly', paid_id IS NOT NULL AND NOT EXISTS (
			SELECT FROM payments p WHERE p.approval_id = its_approval AND p.id <> paid_id),
		'sums', (SELECT json_agg(s) FROM spend_sums(asked, after) s));
END
$$;
