using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Webrana.Api.Promos;

/// <summary>
/// A JSON merge patch (RFC 7396): a member that is there replaces, null empties, an absent one stays. Bound from the body of a request;
/// the documents show it as <typeparamref name="TShape"/>.
/// </summary>
/// <typeparam name="TShape">The members a patch may have.</typeparam>
public sealed class MergePatch<TShape> : IEndpointParameterMetadataProvider
{
    private readonly JsonObject _members;
    private readonly JsonSerializerOptions _json;

    private MergePatch(JsonObject members, JsonSerializerOptions json) => (_members, _json) = (members, json);

    /// <summary>What the API notes in its audit log: the members, less one that stands there by itself.</summary>
    public JsonObject Without(string name)
    {
        var rest = _members.DeepClone().AsObject();
        rest.Remove(name);
        return rest;
    }

    /// <summary>A text of the patch itself, such as why it is made; null when it is not there.</summary>
    public string? Text(string name) => _members.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number of the patch itself, such as the version it was made from; null when it is not there.</summary>
    public int? Number(string name) => _members.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>The record with the patch applied.</summary>
    /// <exception cref="BadHttpRequestException">A member is not of the documented type.</exception>
    public T Apply<T>(T current)
    {
        var merged = JsonSerializer.SerializeToNode(current, _json)!.AsObject();
        foreach (var (name, value) in _members)
        {
            // Unknown members are ignored, as everywhere.
            if (merged.FirstOrDefault(member => string.Equals(member.Key, name, StringComparison.OrdinalIgnoreCase)).Key is { } known)
                merged[known] = value?.DeepClone();
        }

        return Read(() => merged.Deserialize<T>(_json));
    }

    /// <summary>Reads the body; minimal APIs call this by its name.</summary>
    public static async ValueTask<MergePatch<TShape>> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        _ = parameter;
        if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("Only JSON is read here.", StatusCodes.Status415UnsupportedMediaType);
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            var node = await JsonNode.ParseAsync(http.Request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = json.MaxDepth }, cancellationToken: http.RequestAborted);
            var members = node as JsonObject ?? throw new JsonException("A merge patch is one JSON object.");
            // Read once as the documented shape: a wrong type is refused with the field's name, before anything is looked up.
            _ = members.Deserialize<TShape>(json);
            return new MergePatch<TShape>(members, json);
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            throw Malformed(unreadable);
        }
    }

    /// <inheritdoc/>
    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", "application/merge-patch+json"], typeof(TShape)));

    private static T Read<T>(Func<T?> read)
    {
        try
        {
            return read() ?? throw new JsonException("Nothing is left.");
        }
        catch (JsonException unreadable)
        {
            throw Malformed(unreadable);
        }
    }

    private static BadHttpRequestException Malformed(Exception unreadable) =>
        new("The body cannot be read.", StatusCodes.Status400BadRequest, unreadable as JsonException ?? new JsonException(unreadable.Message, unreadable));
}
