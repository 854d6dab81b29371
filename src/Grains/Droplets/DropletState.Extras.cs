using System.Text.Json;
using System.Text.Json.Serialization;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>Droplets under our tag that are not ours to keep: to be destroyed, but for those that are left alone.</summary>
    [JsonPropertyName("extras")] public IReadOnlyList<ExtraPart> Extras { get; init; } = [];

    /// <summary>The next of them to be destroyed; null when there is none.</summary>
    [JsonIgnore]
    public ExtraPart? NextExtra => Extras.FirstOrDefault(extra => !extra.Left);
}

/// <summary>A droplet too many.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="CreatedAt">When the provider made it, unix ms, as it was read when it was found; 0 in a record from before this was kept.</param>
/// <param name="Left">Under this id the provider shows another droplet than was found: it is left alone, and an operator must look.</param>
[JsonConverter(typeof(ExtraPartConverter))]
public sealed record ExtraPart(long Id, long CreatedAt, bool Left = false)
{
    /// <summary>As the provider shows it.</summary>
    public static ExtraPart Of(Droplet droplet) => new(droplet.Id, droplet.CreatedAt.ToUnixTimeMilliseconds());

    /// <summary>As a listing showed it.</summary>
    public static ExtraPart Of(Candidate droplet) => new(droplet.Id, droplet.CreatedAt.ToUnixTimeMilliseconds());

    /// <summary>As it was recorded while it was to be kept.</summary>
    public static ExtraPart Of(ProviderPart droplet) => new(droplet.Id, droplet.CreatedAt);
}

/// <summary>Earlier releases wrote the id alone. Such a record is read, and written again as it was until its time of creation is known.</summary>
internal sealed class ExtraPartConverter : JsonConverter<ExtraPart>
{
    public override ExtraPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return new ExtraPart(reader.GetInt64(), CreatedAt: 0);
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("An extra droplet is a number or an object.");
        return new ExtraPart(stored.Id, stored.CreatedAt, stored.Left);
    }

    public override void Write(Utf8JsonWriter writer, ExtraPart value, JsonSerializerOptions options)
    {
        if (value is { CreatedAt: 0, Left: false })
            writer.WriteNumberValue(value.Id);
        else
            JsonSerializer.Serialize(writer, new Stored(value.Id, value.CreatedAt, value.Left), options);
    }

    private sealed record Stored(
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("createdAt")] long CreatedAt,
        [property: JsonPropertyName("left")] bool Left);
}

/// <summary>Pure changes around droplets too many.</summary>
public static class ExtraChanges
{
    /// <summary>These are too many as well; the same record where all of them are known. What is known stays as it was found first.</summary>
    public static DropletState WithExtras(this DropletState state, IEnumerable<ExtraPart> found)
    {
        var more = found.Where(extra => !state.IsExtra(extra.Id)).DistinctBy(extra => extra.Id).ToList();
        return more.Count == 0 ? state : state with { Extras = [.. state.Extras, .. more] };
    }

    /// <summary>Whether it is known to be too many.</summary>
    public static bool IsExtra(this DropletState state, long id) => state.Extras.Any(extra => extra.Id == id);

    /// <summary>Gone, or not to be destroyed after all.</summary>
    public static DropletState WithoutExtra(this DropletState state, long id) =>
        state with { Extras = [.. state.Extras.Where(extra => extra.Id != id)] };

    /// <summary>Not the droplet that was found. Remembered, so that no later listing makes it one to destroy.</summary>
    public static DropletState LeavingExtra(this DropletState state, long id) => state.Changing(id, extra => extra with { Left = true });

    /// <summary>One of an older record now has its time of creation.</summary>
    public static DropletState DatingExtra(this DropletState state, ExtraPart listed) => state.Changing(listed.Id, _ => listed);

    private static DropletState Changing(this DropletState state, long id, Func<ExtraPart, ExtraPart> change) =>
        state with { Extras = [.. state.Extras.Select(extra => extra.Id == id ? change(extra) : extra)] };
}
