using System.Text.Json.Nodes;

namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>What an endpoint answers.</summary>
internal sealed record Reply(int Status, JsonNode? Body)
{
    public static Reply Ok(JsonNode body) => new(200, body);

    public static Reply Created(JsonNode body) => new(201, body);

    public static Reply Accepted(JsonNode body) => new(202, body);

    public static Reply NoContent { get; } = new(204, null);

    public static Reply NotFound => Error(404, "not_found", "The resource you were accessing could not be found.");

    public static Reply Unprocessable(string message) => Error(422, "unprocessable_entity", message);

    public static Reply PendingEvent => Unprocessable("Droplet already has a pending event.");

    // Capitalised and without a full stop: that is how live answers look.
    public static Reply Unauthorized => Error(401, "Unauthorized", "Unable to authenticate you");

    public static Reply Forbidden => Error(403, "Forbidden", "You are not authorized to perform this operation");

    public static Reply TooMany => Error(429, "too_many_requests", "API Rate limit exceeded.");

    public static Reply Error(int status, string id, string message) => new(status, new JsonObject { ["id"] = id, ["message"] = message });

    public bool IsSuccess => Status < 300;
}
