using System.Text;
using System.Text.Json.Nodes;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>Tripay's envelope. Errors have no data.</summary>
sealed class Answer(SettingsBox settings)
{
    public IResult Ok(string message, JsonNode data, JsonNode? pagination = null)
    {
        var body = new JsonObject { ["success"] = true, ["message"] = message, ["data"] = data };
        if (pagination is not null) body["pagination"] = pagination;
        return Json(body, StatusCodes.Status200OK);
    }

    public IResult Message(string message) => Json(new JsonObject { ["success"] = true, ["message"] = message }, StatusCodes.Status200OK);

    public IResult Refuse(string message, int status = StatusCodes.Status400BadRequest) =>
        Json(new JsonObject { ["success"] = false, ["message"] = message }, status);

    IResult Json(JsonObject body, int status) =>
        Results.Content(PhpJson.Write(body, settings.Current.PhpEscapes), "application/json", Encoding.UTF8, status);
}
