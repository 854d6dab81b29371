using System.Reflection;
using System.Text.Json.Serialization;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;
using Webrana.Contracts;
using Webrana.Grains.Common;

namespace Webrana.Architecture.Tests;

/// <summary>What must never change by accident, because rows and running clusters depend on it.</summary>
public sealed class GrainTests
{
    static readonly Assembly Contracts = typeof(GrainKeys).Assembly;

    static readonly Type[] Grains =
        [.. typeof(Alarm).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(type))];

    static readonly Type[] GrainInterfaces =
        [.. Contracts.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    static readonly Type[] SerializableTypes =
        [.. Contracts.GetTypes().Where(type => type.Namespace?.StartsWith("Webrana", StringComparison.Ordinal) == true && type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    [Fact]
    public void Every_grain_class_names_its_type_once()
    {
        Assert.NotEmpty(Grains);
        Assert.Empty(Grains.Where(grain => !grain.IsDefined(typeof(GrainTypeAttribute), inherit: false)).Select(grain => grain.Name));
        var names = Grains.Select(grain => grain.GetCustomAttributesData().Single(data => data.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value);
        Assert.Equal(names.Distinct().Count(), Grains.Length);
    }

    [Fact]
    public void State_names_are_unique()
    {
        var names = typeof(StateNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct().Count(), names.Count);
    }

    [Fact]
    public void No_two_states_share_a_name_and_each_name_is_a_known_one()
    {
        var states = Grains
            .SelectMany(grain => grain.GetConstructors().SelectMany(constructor => constructor.GetParameters()))
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>().ToList();
        Assert.NotEmpty(states);
        Assert.Equal(states.Select(state => state.StateName).Distinct().Count(), states.Count);
        var known = typeof(StateNames).GetFields().Select(field => (string?)field.GetRawConstantValue()).ToHashSet();
        Assert.All(states, state => Assert.Contains(state.StateName, known));
        Assert.All(states, state => Assert.Contains(state.StorageName, new[] { StorageNames.State, StorageNames.Batched }));
    }

    [Fact]
    public void Every_call_has_an_alias()
    {
        Assert.NotEmpty(GrainInterfaces);
        Assert.Empty(GrainInterfaces.Where(type => !type.IsDefined(typeof(AliasAttribute), inherit: false)).Select(type => type.Name));
        var methods = GrainInterfaces.SelectMany(type => type.GetMethods().Where(method => !method.IsStatic)).ToList();
        Assert.Empty(methods.Where(method => !method.IsDefined(typeof(AliasAttribute))).Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
        Assert.All(GrainInterfaces, type =>
        {
            var aliases = type.GetMethods().Where(method => !method.IsStatic).Select(method => method.GetCustomAttribute<AliasAttribute>()!.Alias).ToList();
            Assert.Equal(aliases.Distinct().Count(), aliases.Count);
        });
    }

    [Fact]
    public void Every_contract_type_has_an_alias_of_its_own()
    {
        Assert.NotEmpty(SerializableTypes);
        Assert.Empty(SerializableTypes.Where(type => !type.IsDefined(typeof(AliasAttribute), inherit: false)).Select(type => type.Name));
        var aliases = SerializableTypes.Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias).ToList();
        Assert.Empty(aliases.GroupBy(alias => alias).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Every_member_of_a_contract_record_has_its_own_id()
    {
        foreach (var type in SerializableTypes.Where(type => !type.IsEnum))
        {
            var ids = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.DeclaringType == type)
                .Select(property => property.GetCustomAttribute<IdAttribute>()).OfType<IdAttribute>().Select(id => id.Id).ToList();
            Assert.Equal(ids.Distinct().Count(), ids.Count);
        }
    }

    [Fact]
    public void Stored_states_name_every_property_because_a_renamed_one_loses_its_data()
    {
        var states = Grains.Select(grain => grain.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetInterfaces().Any(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(IDurable<>)))
            .ToList();
        Assert.NotEmpty(states);
        var unnamed = states.SelectMany(state => state.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            .Where(property => !property.IsDefined(typeof(JsonPropertyNameAttribute)) && !property.IsDefined(typeof(JsonIgnoreAttribute)))
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}");
        Assert.Empty(unnamed);
    }
}
