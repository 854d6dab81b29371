using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Data.Hosting;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Tests.Common;

/// <summary>
/// One stored record of every state, as a release wrote it (Golden/{state}.v{schema}.json, taken from a sandbox). Never edited: a new schema
/// adds a file. What this build cannot read it would lose in silence, for everybody at once, during an upgrade.
/// </summary>
public sealed class GoldenStateTests
{
    static readonly JsonSerializerOptions Json = Options();

    static string Folder => Path.Combine(AppContext.BaseDirectory, "Common", "Golden");

    public static TheoryData<string> Files => new(Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!));

    [Theory, MemberData(nameof(Files))]
    public void What_an_earlier_release_stored_is_read_and_written_again_without_a_loss(string file)
    {
        var stored = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
        var state = StateOf(file);

        var read = stored.Deserialize(state, Json)!;
        var again = JsonSerializer.SerializeToNode(read, state, Json)!;

        AssertHolds(stored, again, "$");
    }

    [Fact]
    public void Every_state_has_one_for_every_schema_it_ever_had()
    {
        var there = Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileName).ToHashSet();
        foreach (var state in States)
        {
            var current = (int)state.GetProperty(nameof(DropletState.CurrentSchemaVersion))!.GetValue(null)!;
            Assert.All(Enumerable.Range(1, current), schema => Assert.Contains($"{state.Name}.v{schema}.json", there));
        }
    }

    static IEnumerable<Type> States => typeof(DropletState).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IDurable<>)));

    static Type StateOf(string file) => States.Single(state => state.Name == file.Split('.')[0]);

    /// <summary>Everything that was stored is there again; what is computed (list columns) and what is new may differ.</summary>
    static void AssertHolds(JsonNode? stored, JsonNode? again, string path)
    {
        switch (stored)
        {
            case JsonObject was:
                var now = Assert.IsType<JsonObject>(again);
                foreach (var (name, value) in was.Where(property => path != "$" || property.Key is not ("list" or "nextRenewalAt")))
                {
                    if (value is not null || now[name] is not null)
                        AssertHolds(value, now[name], $"{path}.{name}");
                }

                break;
            case JsonArray items:
                var others = Assert.IsType<JsonArray>(again);
                Assert.Equal(items.Count, others.Count);
                for (var i = 0; i < items.Count; i++)
                    AssertHolds(items[i], others[i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(stored, again), $"{path}: stored {stored}, read {again}");
                break;
        }
    }

    static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions { IncludeFields = true };
        StorageJson.Configure(options);
        return options;
    }
}
