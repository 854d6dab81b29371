using System.Text.Json;

namespace Webrana.Data.Hosting;

/// <summary>How grain state is written as JSON. The property names are the schema: states name them by attribute.</summary>
public static class StorageJson
{
    /// <summary>Applies the rules to options that Orleans made (which include fields and leave nulls out).</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        // jsonb sorts an object's keys, so a type discriminator does not come back first.
        options.AllowOutOfOrderMetadataProperties = true;
    }
}
