using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>Who asks.</summary>
enum Who
{
    Alice,
    Bob,
    Admin,
    Anonymous,
}

/// <summary>
/// One request before anybody knows what it will meet: what fills its path is settled when it is asked, from what the actors have been shown by then.
/// So a step is plain data, made from a seed alone, and means something in another run, or without the steps before it.
/// </summary>
sealed record Step(Who Who, Operation Operation, IReadOnlyList<IdChoice> Ids, string Query, string? Body, string? Key);

/// <summary>What goes into a path: the id at this turn of those that somebody was shown (null: who asks), or where there is none, something else.</summary>
sealed record IdChoice(Who? Whose, int? Turn, string Else);

/// <summary>
/// Generators of what strangers send: mostly what the documents show, with a few fields bent; sometimes anything at all. Every choice is CsCheck's, so
/// that one of its seeds asks the same questions again.
/// </summary>
static class Steps
{
    static readonly string[] Strings =
    [
        "", " ", "x", "0", "-1", "null", "web-01", "Ünïcödé-名前", "'; DROP TABLE users; --", "../../etc/passwd", "<script>alert(1)</script>", "a\u202eb", "\ud83d\ude00",
        "00000000-0000-0000-0000-000000000000", "not-a-guid", "2026-02-31T25:61:00Z", "%00", "%2e%2e%2f", "${jndi:x}", new('A', 300), new('9', 40), "id", "en", "basic-1", "sgp1",
        "ubuntu-24-04-x64", "MONTHLY", "BRIVA", "QRIS", "WELCOME25", "1h", "14d", "VNC", "SSH",
    ];

    static readonly long[] Numbers = [0, 1, -1, 2, 100, 999, 9_999, 10_000, 50_000, 150_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1_000_000_000_000];

    static readonly string?[] NoObjects = ["", "{", "[]", "null", "\"x\"", "{\"a\":{\"b\":{\"c\":{}}}}", new('[', 100)];

    static readonly Gen<JsonNode?> Nothing = FreshNode(() => null);

    static readonly Gen<string> Text = Pick(Strings);

    static readonly Gen<JsonNode?> TextNode = Text.Select(text => (JsonNode?)JsonValue.Create(text));

    static readonly Gen<long> Number = Gen.Frequency<long>((50, Pick(Numbers)), (50, Gen.Long[-10, 999_999]));

    static readonly Gen<JsonNode?> MomentNode = Gen.Long[0, 3_999_999_999].Select(
        seconds => (JsonNode?)JsonValue.Create(DateTimeOffset.UnixEpoch.AddSeconds(seconds).ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>Mostly the two customers, who have something to lose.</summary>
    static readonly Gen<Who> Asking = Gen.Frequency((35, Who.Alice), (35, Who.Bob), (21, Who.Admin), (9, Who.Anonymous));

    /// <summary>Mostly an id that who asks was shown, sometimes somebody else's, sometimes none.</summary>
    static readonly Gen<IdChoice> Ids =
        from isMine in Chance(75)
        from other in Pick(Enum.GetValues<Who>())
        from isShown in Chance(85)
        from turn in Gen.Int[0, 9_999]
        from isNobodys in Chance(50)
        from text in Text
        select new IdChoice(isMine ? null : other, isShown ? turn : null, isNobodys ? Guid.Empty.ToString() : text.Length > 0 ? text : "x");

    static readonly Gen<string?> Keys = Gen.Select(Chance(20), Number, (hasKey, number) => hasKey ? $"fuzz-{number}" : null);

    /// <summary>Any of these operations, asked by anybody with anything.</summary>
    public static Gen<Step> Of(IReadOnlyList<Operation> operations)
    {
        Gen<Step>[] each = [.. operations.Select(operation => One(operation))];
        return Gen.Int[0, each.Length - 1].SelectMany(at => each[at]);
    }

    static Gen<Step> One(Operation operation) => Gen.Select(
        Asking, Each(ApiFuzzer.PathParameter().Matches(operation.Path).Select(_ => Ids)), Query(operation), Body(operation), Keys,
        (who, ids, query, body, key) => new Step(who, operation, ids, query, body, key));

    static Gen<string> Query(Operation operation) => Each(
        from parameter in operation.Parameters
        where (string?)parameter["in"] == "query"
        let name = (string)parameter["name"]!
        select Gen.Select(Chance(40), Value(operation.Source, parameter["schema"]!, 0), (isSent, value) => isSent ? $"{name}={Uri.EscapeDataString(Written(value))}" : ""))
        .Select(parts => string.Join('&', parts.Where(part => part.Length > 0)));

    static string Written(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var text) => text,
        { } other => other.ToJsonString(),
    };

    /// <summary>A body for an operation, or null for none.</summary>
    static Gen<string?> Body(Operation operation)
    {
        if (operation.BodySchema is not { } schema) return Chance(5).Select(isSent => isSent ? "{\"surplus\":1}" : null);
        var made = Value(operation.Source, schema, 0);
        var whole = operation.BodyExample is { } example ? Gen.Frequency<JsonNode?>((85, FreshNode(() => example.DeepClone())), (15, made)) : made;
        var properties = operation.Source.Resolve(schema)["properties"] as JsonObject ?? [];
        Gen<Bend>[] each = [.. properties.Select(property => BendOf(operation.Source, property.Key, property.Value!))];
        var bent = each.Length == 0 ? Fresh<Bend[]>(() => []) : Gen.Int[0, each.Length - 1].SelectMany(at => each[at]).Array[2];
        // A few bent fields at a time: with all of them bent nothing gets past the door.
        var bodies = Gen.Select(
            whole, Gen.Frequency((90, 0), (55, 1), (55, 2)), bent, Chance(60), Gen.Int[0, 999_999],
            (body, bends, all, isNamed, number) => Bent(body, all.Take(bends), isNamed ? $"fuzz-{number}" : null));
        return Gen.Frequency<string?>((3, Pick(NoObjects)), (97, bodies));
    }

    /// <summary>What is done to one field: another value, or its removal.</summary>
    sealed record Bend(string Field, bool IsRemoved, JsonNode? Value);

    static Gen<Bend> BendOf(ApiDocument source, string field, JsonNode schema) => Gen.Select(
        Chance(10), Gen.Frequency<JsonNode?>((80, Value(source, schema, 0)), (20, TextNode)), (isRemoved, value) => new Bend(field, isRemoved, value));

    static string? Bent(JsonNode? body, IEnumerable<Bend> bends, string? name)
    {
        if (body is not JsonObject fields) return body?.ToJsonString() ?? "null";
        foreach (var bend in bends)
        {
            if (bend.IsRemoved) fields.Remove(bend.Field);
            else fields[bend.Field] = bend.Value;
        }

        if (name is not null && fields.ContainsKey("name")) fields["name"] = name;
        return fields.ToJsonString();
    }

    /// <summary>A value of a schema, mostly.</summary>
    static Gen<JsonNode?> Value(ApiDocument source, JsonNode given, int depth)
    {
        var schema = source.Resolve(given);
        if (depth > 4) return Nothing;
        var some = Some(source, schema, depth);
        return (bool?)schema["nullable"] == true ? Gen.Frequency<JsonNode?>((30, Nothing), (70, some)) : some;
    }

    static Gen<JsonNode?> Some(ApiDocument source, JsonNode schema, int depth)
    {
        if (schema["allOf"] is JsonArray { Count: > 0 } all) return Value(source, all[0]!, depth);
        if (schema["oneOf"] is JsonArray { Count: > 0 } any) return AnyOf([.. any.Select(one => Value(source, one!, depth))]);
        string[] types = [.. ApiDocument.TypesOf(schema).Where(type => type != "null").Order(StringComparer.Ordinal)];
        if (types.Length == 0) types = ["string"];
        var typed = AnyOf([.. types.Select(type => OfType(source, schema, type, depth))]);
        if (schema["enum"] is not JsonArray { Count: > 0 } members) return typed;
        JsonNode?[] known = [.. members];
        return Gen.Frequency<JsonNode?>((90, Pick(known).Select(member => member?.DeepClone())), (10, typed));
    }

    static Gen<JsonNode?> OfType(ApiDocument source, JsonNode schema, string type, int depth) => type switch
    {
        "integer" => Number.Select(number => (JsonNode?)JsonValue.Create(number)),
        "number" => Number.Select(number => (JsonNode?)JsonValue.Create(number / 7.0)),
        "boolean" => Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
        "array" => Value(source, schema["items"] ?? new JsonObject(), depth + 1).Array[0, 3].Select(items => (JsonNode?)new JsonArray(items)),
        "object" => Each((schema["properties"] as JsonObject ?? []).Select(property => Gen.Select(
                Chance(80), Value(source, property.Value!, depth + 1), (isSent, value) => (property.Key, IsSent: isSent, Value: value))))
            .Select(fields => (JsonNode?)new JsonObject(fields.Where(field => field.IsSent).Select(field => KeyValuePair.Create(field.Key, field.Value)))),
        _ when (string?)schema["format"] == "date-time" => Gen.Frequency<JsonNode?>((70, MomentNode), (30, TextNode)),
        _ => TextNode,
    };

    static Gen<bool> Chance(int percent) => Gen.Int[0, 99].Select(at => at < percent);

    static Gen<T> Pick<T>(T[] of) => Gen.Int[0, of.Length - 1].Select(at => of[at]);

    static Gen<JsonNode?> AnyOf(Gen<JsonNode?>[] gens) => gens.Length == 1 ? gens[0] : Gen.Int[0, gens.Length - 1].SelectMany(at => gens[at]);

    /// <summary>Made anew each time: a node of JSON has one parent.</summary>
    static Gen<T> Fresh<T>(Func<T> make) => Gen.Bool.Select(_ => make());

    static Gen<JsonNode?> FreshNode(Func<JsonNode?> make) => Gen.Bool.Select(_ => make());

    /// <summary>One of each, in this order.</summary>
    static Gen<T[]> Each<T>(IEnumerable<Gen<T>> gens) =>
        gens.Aggregate(Fresh<T[]>(() => []), (before, next) => Gen.Select(before, next, (done, one) => (T[])[.. done, one]));
}
