-- What a decision asks of the history of payments, one round trip each. Every statement of a volatile function sees
-- what was committed before it began (https://www.postgresql.org/docs/current/xfunc-volatility.html), so what follows
-- a lock sees what whoever held it before wrote: a single statement would not. Plans are generic, because with a plan
-- for each call, planning is most of the work.

-- One sum per question; what does not exist has none. However many payments a key has, it is the head of the key less
-- its last total before the window. What is still on its way counts in every window.
CREATE FUNCTION "spend_sums"("asked" jsonb)
RETURNS TABLE (
	"place" integer,
	"counted" text,
	"base" text,
	"without_amount" text,
	"value" text,
	"without_price" text
)
LANGUAGE sql STABLE AS $$
	SELECT q.place,
		(k.counted + k.open_counted - coalesce(t.counted, 0))::text,
		(k.base + k.open_base - coalesce(t.base, 0))::text,
		(k.without_amount + k.open_without_amount - coalesce(t.without_amount, 0))::text,
		trim_scale(k.value + k.open_value - coalesce(t.value, 0))::text,
		(k.without_price + k.open_without_price - coalesce(t.without_price, 0))::text
	FROM jsonb_to_recordset(asked) AS q (place integer, digest text, after timestamp with time zone)
	CROSS JOIN LATERAL (SELECT * FROM spend_keys WHERE digest = q.digest LIMIT 1) k
	LEFT JOIN LATERAL (
		SELECT * FROM spend_totals
		WHERE key_id = k.id AND at <= q.after
		ORDER BY at DESC, counted DESC
		LIMIT 1
	) t ON true
$$;
--> statement-breakpoint
-- Locks the heads of keys, by their digests and by anchors, and answers what is asked about them. Nothing is locked
-- when a key is `missing`. `stale` when the caller made its anchors for other shapes than there are: then nobody makes
-- a key until this transaction ends, and the caller asks again.
CREATE FUNCTION "spend_lock"(
	"of_connection" text,
	"digests" text[],
	"known_shapes" text,
	"anchors" text[],
	"asked" jsonb
)
RETURNS json
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	named bigint[] := array(SELECT k.id FROM spend_keys k WHERE k.digest = ANY (digests));
	shapes text;
	locked bigint[];
BEGIN
	IF cardinality(named) < cardinality(digests) THEN
		RETURN json_build_object('state', 'missing');
	END IF;
	PERFORM pg_advisory_xact_lock_shared(hashtextextended('spend/' || of_connection, 0));
	shapes := (
		SELECT coalesce(string_agg(s.per || '/' || s.listed, ' ' ORDER BY s.per, s.listed), '')
		FROM spend_shapes s WHERE s.connection = of_connection);
	IF shapes <> known_shapes THEN
		RETURN json_build_object('state', 'stale', 'shapes', shapes);
	END IF;
	-- One array, in one order for everybody. With a join, all keys would be read as long as they are not very many.
	locked := array(
		SELECT k.id FROM spend_keys k
		WHERE k.id = ANY (named || array(SELECT a.key_id FROM spend_anchors a WHERE a.anchor = ANY (anchors)))
		ORDER BY k.id
		FOR UPDATE);
	RETURN json_build_object(
		'state', 'locked',
		'keys', (
			SELECT json_agg(json_build_object(
				'id', k.id,
				'counter', k.counter,
				'values', k."values",
				'lastAt', (extract(epoch FROM k.last_at) * 1000)::double precision))
			FROM spend_keys k WHERE k.id = ANY (locked)),
		'sums', (SELECT json_agg(s) FROM spend_sums(asked) s));
END
$$;
--> statement-breakpoint
-- What locked keys hold on its way: one payment more (1) or less (-1). A key in another currency lacks its price.
CREATE FUNCTION "spend_add_open"("paid" payments, "key_ids" bigint[], "by" integer)
RETURNS void
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
	UPDATE spend_keys k SET
		open_counted = k.open_counted + by,
		open_base = k.open_base + by * coalesce(paid.amount_base, 0),
		open_without_amount = k.open_without_amount + CASE WHEN paid.amount_base IS NULL THEN by ELSE 0 END,
		open_value = k.open_value + CASE WHEN k.currency = paid.currency THEN by * paid.value ELSE 0 END,
		open_without_price = k.open_without_price
			+ CASE WHEN k.currency IS NULL OR k.currency = paid.currency THEN 0 ELSE by END
	WHERE k.id = ANY (key_ids);
END
$$;
--> statement-breakpoint
-- What locked keys hold of what was released: one payment more, and the running total up to it.
CREATE FUNCTION "spend_add_total"("paid" payments, "key_ids" bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
	UPDATE spend_keys k SET
		counted = k.counted + 1,
		base = k.base + coalesce(paid.amount_base, 0),
		without_amount = k.without_amount + CASE WHEN paid.amount_base IS NULL THEN 1 ELSE 0 END,
		value = k.value + CASE WHEN k.currency = paid.currency THEN paid.value ELSE 0 END,
		without_price = k.without_price
			+ CASE WHEN k.currency IS NULL OR k.currency = paid.currency THEN 0 ELSE 1 END,
		last_at = paid.at
	WHERE k.id = ANY (key_ids);
	INSERT INTO spend_totals (key_id, at, payment_id, counted, base, without_amount, value, without_price)
	SELECT k.id, paid.at, paid.id, k.counted, k.base, k.without_amount, k.value, k.without_price
	FROM spend_keys k WHERE k.id = ANY (key_ids);
END
$$;
--> statement-breakpoint
-- A payment, and what it adds to each of its keys, which are locked. False, and nothing done, when it is known already.
CREATE FUNCTION "spend_pay"(
	"its_connection" text,
	"its_reference" text,
	"its_approval" uuid,
	"its_dimensions" jsonb,
	"its_tags" text[],
	"its_base" numeric,
	"its_value" numeric,
	"its_currency" text,
	"is_on_its_way" boolean,
	"its_source" text,
	"counted_at" timestamp with time zone,
	"key_ids" bigint[]
)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	paid payments;
BEGIN
	INSERT INTO payments
		(connection, reference, approval_id, dimensions, tags, amount_base, value, currency, is_open, source, at)
	VALUES (
		its_connection, its_reference, its_approval, its_dimensions, its_tags, its_base, its_value, its_currency,
		is_on_its_way, its_source, counted_at)
	ON CONFLICT (connection, reference) DO NOTHING
	RETURNING * INTO paid;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF is_on_its_way THEN
		PERFORM spend_add_open(paid, key_ids, 1);
	ELSE
		PERFORM spend_add_total(paid, key_ids);
	END IF;
	RETURN true;
END
$$;
--> statement-breakpoint
-- What was on its way was released: it counts from then on.
CREATE FUNCTION "spend_settle"("payment_id" bigint, "released_at" timestamp with time zone, "key_ids" bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	paid payments;
BEGIN
	UPDATE payments p SET is_open = false, at = released_at WHERE p.id = payment_id AND p.is_open RETURNING * INTO paid;
	IF FOUND THEN
		PERFORM spend_add_open(paid, key_ids, -1);
		PERFORM spend_add_total(paid, key_ids);
	END IF;
END
$$;
--> statement-breakpoint
-- What was on its way never will be: as if it had not been there.
CREATE FUNCTION "spend_release"("payment_id" bigint, "key_ids" bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	paid payments;
BEGIN
	DELETE FROM payments p WHERE p.id = payment_id AND p.is_open RETURNING * INTO paid;
	IF FOUND THEN
		PERFORM spend_add_open(paid, key_ids, -1);
	END IF;
END
$$;
--> statement-breakpoint
-- Heads change with every payment: with room on their pages, no index has to follow
-- (https://www.postgresql.org/docs/current/storage-hot.html).
ALTER TABLE "spend_keys" SET (fillfactor = 50);
