using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Webrana.Sandbox.Launcher.Coverage;

/// <summary>Writes a copy of an assembly in which every statement first marks its byte in the hits file.</summary>
static class Instrumenter
{
    /// <summary>Names the hits file to the instrumented processes.</summary>
    internal const string HitsVariable = "WEBRANA_COVERAGE_HITS";

    /// <summary>Instruments one assembly and appends its points; a point's index is its place in the list.</summary>
    internal static void Instrument(string compiled, string referencesFolder, string target, string project, List<CoveragePoint> points)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(referencesFolder);
        // The shared frameworks lie side by side: shared/Microsoft.NETCore.App/10.0.x, shared/Microsoft.AspNetCore.App/10.0.x.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        resolver.AddSearchDirectory(runtime);
        resolver.AddSearchDirectory(Path.Combine(runtime, "..", "..", "Microsoft.AspNetCore.App", Path.GetFileName(runtime)));
        using var module = ModuleDefinition.ReadModule(compiled, new ReaderParameters
        {
            AssemblyResolver = resolver,
            ReadSymbols = true,
            SymbolReaderProvider = new PortablePdbReaderProvider(),
            InMemory = true,
        });

        var first = points.Count;
        var hits = HitsType.AddTo(module);
        var indexes = new Dictionary<CoveragePoint, int>();
        foreach (var method in module.GetTypes().Where(type => type != hits.Type && !IsGenerated(type)).SelectMany(type => type.Methods))
        {
            if (method.HasBody && !IsGenerated(method))
                Instrument(method, project, hits, indexes, points);
        }

        hits.Finish(points.Count - first, points.Count);
        module.Write(target, new WriterParameters { WriteSymbols = true, SymbolWriterProvider = new PortablePdbWriterProvider() });
    }

    static void Instrument(MethodDefinition method, string project, HitsType hits, Dictionary<CoveragePoint, int> indexes, List<CoveragePoint> points)
    {
        var statements = method.DebugInformation.GetSequencePointMapping()
            .Where(pair => !pair.Value.IsHidden && !IsGenerated(pair.Value.Document.Url)).ToArray();
        if (statements.Length == 0)
            return;

        method.Body.SimplifyMacros();
        var moved = new Dictionary<Instruction, Instruction>();
        var il = method.Body.GetILProcessor();
        foreach (var (instruction, statement) in statements)
        {
            var point = new CoveragePoint(project, statement.Document.Url, statement.StartLine);
            if (!indexes.TryGetValue(point, out var index))
            {
                indexes[point] = index = points.Count;
                points.Add(point);
            }

            Instruction[] mark =
            [
                il.Create(OpCodes.Ldsfld, hits.Base), il.Create(OpCodes.Ldc_I4, index), il.Create(OpCodes.Add),
                il.Create(OpCodes.Ldc_I4_1), il.Create(OpCodes.Stind_I1),
            ];
            foreach (var step in mark)
                il.InsertBefore(instruction, step);
            moved[instruction] = mark[0];
        }

        Redirect(method.Body, moved);
        method.Body.OptimizeMacros();
    }

    /// <summary>Whoever jumped to a statement, or began or ended a protected block there, now meets its mark.</summary>
    static void Redirect(MethodBody body, Dictionary<Instruction, Instruction> moved)
    {
        Instruction? Moved(Instruction? instruction) => instruction is not null && moved.TryGetValue(instruction, out var mark) ? mark : instruction;

        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                instruction.Operand = Moved(target);
            else if (instruction.Operand is Instruction[] targets)
                instruction.Operand = targets.Select(Moved).ToArray();
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = Moved(handler.TryStart);
            handler.TryEnd = Moved(handler.TryEnd);
            handler.FilterStart = Moved(handler.FilterStart);
            handler.HandlerStart = Moved(handler.HandlerStart);
            handler.HandlerEnd = Moved(handler.HandlerEnd);
        }
    }

    /// <summary>What a source generator wrote is not ours to test; generators write below obj/ and end in .g.cs.</summary>
    static bool IsGenerated(string file) =>
        file.EndsWith(".g.cs", StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal) || file.Contains(@"\obj\", StringComparison.Ordinal);

    static bool IsGenerated(TypeDefinition type) =>
        IsMarked(type) || (type.DeclaringType is { } outer && IsGenerated(outer));

    static bool IsGenerated(MethodDefinition method) => IsMarked(method);

    static bool IsMarked(ICustomAttributeProvider item) =>
        item.HasCustomAttributes && item.CustomAttributes.Any(attribute =>
            attribute.AttributeType.FullName is "System.CodeDom.Compiler.GeneratedCodeAttribute"
                or "System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverageAttribute");
}
