package dev.plinth.tierbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.plinth.tierbench.input.Answers;
import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.input.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas of the documentation and the readers take the same lines. */
class SchemaTest {
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final JsonSchema INPUT = schema("placement-input.schema.json");
    private static final JsonSchema ANSWERS = schema("placement-answers.schema.json");

    /** A cluster for the lines that come after; a line below names the fields that it has instead of these. */
    private static final String STATE = """
            {"event":"STATE","state":"first","levels":[{"name":"rack","bandwidth":8,"oversubscription":2},\
            {"name":"host","bandwidth":8,"oversubscription":1}],\
            "nodes":[{"name":"n0","domains":["r"],"accelerators":8,"used":0},{"name":"n1","domains":["r"],"accelerators":8,"used":0}]}""";

    private final EventReader reader = new EventReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'requests':{'m':1e3}",
                "'requests':{'m':8.0,'pods':0}",
                "'requests':{'m':1125899906842624}",
                "'requests':{}",
                "'mesh':[]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'ALL_TO_ALL','bytes':1e12}]",
                "'required':'rack'",
                "'preferred':'host'",
                "'slice':[]",
                "'slice':{'size':1,'level':'rack'}",
                "'slice':[{'size':2,'level':'rack'},{'size':1,'level':'host'}]",
                "'leader':false",
                "'leader':true",
                "'leader':{'accelerators':0}",
                "'leader':{'accelerators':1,'requests':{'m':1}}",
                "'avoid':[]",
                "'avoid':['n0']",
                "'computeSeconds':0",
                "'computeSeconds':1.5e3,'duration':1e12"
            })
    void both_take_a_job_with(String fields) throws IOException {
        assertTaken(job(fields));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'requiered':'rack'",
                "'required':5",
                "'required':null",
                "'required':''",
                "'preferred':['rack']",
                "'requests':5",
                "'requests':[1]",
                "'requests':null",
                "'requests':{'m':-1}",
                "'requests':{'m':1.5}",
                "'requests':{'m':1125899906842624.0001}",
                "'requests':{'m':1125899906842625}",
                "'requests':{'m':'1'}",
                "'requests':{'m':1e16}",
                "'mesh':'tp'",
                "'mesh':null",
                "'mesh':[8]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'ring','bytes':1}]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'RING'}]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'RING','bytes':-1}]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'RING','bytes':1e13}]",
                "'mesh':[{'name':'dp','degree':0,'traffic':'RING','bytes':1}]",
                "'mesh':[{'name':'','degree':16,'traffic':'RING','bytes':1}]",
                "'mesh':[{'name':'dp','degree':16,'traffic':'RING','bytes':1,'level':'rack'}]",
                "'slice':'rack'",
                "'slice':null",
                "'slice':['rack']",
                "'slice':{'size':1}",
                "'slice':{'size':0,'level':'rack'}",
                "'slice':{'size':1,'level':'rack','count':2}",
                "'leader':0",
                "'leader':'yes'",
                "'leader':null",
                "'leader':[]",
                "'leader':{}",
                "'leader':{'accelerators':1,'request':{}}",
                "'avoid':'n0'",
                "'avoid':[0]",
                "'avoid':[null]",
                "'computeSeconds':-1",
                "'computeSeconds':'x'",
                "'computeSeconds':1e400",
                "'duration':-5",
                "'duration':null"
            })
    void both_refuse_a_job_with(String fields) throws IOException {
        assertRefused(job(fields));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'SUBMIT','job':'a','members':0,'accelerators':8}",
                "{'event':'SUBMIT','job':'a','members':100001,'accelerators':8}",
                "{'event':'SUBMIT','job':'a','members':'2','accelerators':8}",
                "{'event':'SUBMIT','job':'a','members':2,'accelerators':1000001}",
                "{'event':'SUBMIT','job':'a','members':2}",
                "{'event':'SUBMIT','job':'','members':2,'accelerators':8}",
                "{'event':'SUBMIT','job':7,'members':2,'accelerators':8}",
                "{'event':'FINISH','job':'before','node':'n0'}",
                "{'event':'FINISH'}",
                "{'event':'FAIL','job':'before'}",
                "{'event':'REPAIR','node':0}",
                "{'event':'submit','job':'a','members':2,'accelerators':8}",
                "{'event':null}",
                "{}",
                "[]",
                "7"
            })
    void both_refuse_the_line(String line) throws IOException {
        assertRefused(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'SUBMIT','job':'a','members':2.0,'accelerators':1e0}",
                "{'event':'FINISH','job':'before'}",
                "{'event':'FAIL','node':'n0'}",
                "{'event':'REPAIR','node':'n0'}"
            })
    void both_take_the_line(String line) throws IOException {
        assertTaken(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'localNames':true",
                "'levels':[HOST],'nodes':[{'name':'n','domains':[],'accelerators':0,'used':0}]",
                "'levels':[RACK,HOST],'nodes':[{'name':'n','domains':[null],'accelerators':8,'used':8,'free':{'m':1e3}}]"
            })
    void both_take_a_cluster_with(String fields) throws IOException {
        assertTaken(state(fields));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'localNames':'yes'",
                "'localNames':null",
                "'state':''",
                "'state':1",
                "'site':'x'",
                "'nodes':[]",
                "'nodes':{}",
                "'nodes':[{'name':'n','domains':[1],'accelerators':8,'used':0}]",
                "'nodes':[{'name':'n','domains':[{}],'accelerators':8,'used':0}]",
                "'nodes':[{'name':'n','domains':[[]],'accelerators':8,'used':0}]",
                "'nodes':[{'name':'n','domains':[''],'accelerators':8,'used':0}]",
                "'nodes':[{'name':'n','domains':'r','accelerators':8,'used':0}]",
                "'nodes':[{'name':'n','domains':['r'],'accelerators':8}]",
                "'nodes':[{'name':'n','domains':['r'],'accelerators':8.5,'used':0}]",
                "'nodes':[{'name':'n','domains':['r'],'accelerators':8,'used':-1}]",
                "'nodes':[{'name':'n','domains':['r'],'accelerators':8,'used':0,'free':1}]",
                "'nodes':[{'name':'n','domains':['r'],'accelerators':8,'used':0,'fre':{}}]",
                "'levels':[]",
                "'levels':['host']",
                "'levels':[HOST,RACK]",
                "'levels':[RACK]",
                "'levels':[HOST,HOST]",
                "'levels':[{'name':'l1','bandwidth':8,'oversubscription':1},{'name':'l2','bandwidth':8,'oversubscription':1},"
                        + "{'name':'l3','bandwidth':8,'oversubscription':1},{'name':'l4','bandwidth':8,'oversubscription':1},"
                        + "{'name':'l5','bandwidth':8,'oversubscription':1},{'name':'l6','bandwidth':8,'oversubscription':1},"
                        + "{'name':'l7','bandwidth':8,'oversubscription':1},RACK,HOST]",
                "'levels':[RACK,{'name':'host','bandwidth':0,'oversubscription':1}]",
                "'levels':[RACK,{'name':'host','bandwidth':0.5,'oversubscription':1}]",
                "'levels':[RACK,{'name':'host','bandwidth':1e400,'oversubscription':1}]",
                "'levels':[RACK,{'name':'host','bandwidth':8,'oversubscription':0.5}]",
                "'levels':[RACK,{'name':'host','bandwidth':8}]",
                "'levels':[RACK,{'name':'host','bandwidth':8,'oversubscription':1,'latency':0}]"
            })
    void both_refuse_a_cluster_with(String fields) throws IOException {
        assertRefused(state(fields));
    }

    /** What only the lines before, or two fields together, can tell. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'FINISH','job':'unknown'}",
                "{'event':'FAIL','node':'unknown'}",
                "{'event':'SUBMIT','job':'before','members':1,'accelerators':1}",
                "{'event':'SUBMIT','job':'a','members':1,'accelerators':0}",
                "{'event':'SUBMIT','job':'a','members':1,'accelerators':1,'required':'row'}",
                "{'event':'SUBMIT','job':'a','members':1,'accelerators':1,'avoid':['unknown']}",
                "{'event':'SUBMIT','job':'a','members':3,'accelerators':1,'slice':{'size':2,'level':'rack'}}",
                "{'event':'SUBMIT','job':'a','members':2,'accelerators':1,'mesh':[{'name':'dp','degree':3,'traffic':'RING','bytes':1}]}",
                "{'event':'STATE','state':'first','levels':[HOST],'nodes':[{'name':'n','domains':[],'accelerators':1,'used':0}]}",
                "{'event':'STATE','state':'s','levels':[RACK,RACK,HOST],'nodes':[{'name':'n','domains':['r','r'],'accelerators':1,'used':0}]}",
                "{'event':'STATE','state':'s','levels':[RACK,HOST],'nodes':[{'name':'n','domains':[],'accelerators':1,'used':0}]}",
                "{'event':'STATE','state':'s','levels':[HOST],'nodes':[{'name':'n','domains':[],'accelerators':1,'used':2}]}",
                "{'event':'STATE','state':'s','levels':[HOST],'nodes':[{'name':'n','domains':[],'accelerators':1,'used':0},"
                        + "{'name':'n','domains':[],'accelerators':1,'used':0}]}",
                "{'event':'STATE','state':'s','levels':[{'name':'host','bandwidth':2,'oversubscription':4}],"
                        + "'nodes':[{'name':'n','domains':[],'accelerators':1,'used':0}]}"
            })
    void only_the_reader_refuses(String line) throws IOException {
        assertThat(INPUT.validate(EXACT.readTree(json(line)))).isEmpty();
        assertThatThrownBy(() -> read(line)).isInstanceOf(InputException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'policy':'p','job':'before','nodes':[]}",
                "{'policy':'p','state':'first','job':'before','nodes':['n0','unknown'],'microseconds':0}",
                "{'policy':'p','job':'before','nodes':['n0'],'microseconds':2.5e3}"
            })
    void both_take_the_answer(String line, @TempDir Path folder) throws IOException {
        assertThat(ANSWERS.validate(EXACT.readTree(json(line)))).isEmpty();
        assertThatCode(() -> answer(line, folder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'policy':'','job':'before','nodes':[]}",
                "{'policy':7,'job':'before','nodes':[]}",
                "{'policy':'p','state':0,'job':'before','nodes':[]}",
                "{'policy':'p','state':null,'job':'before','nodes':[]}",
                "{'policy':'p','job':'before'}",
                "{'policy':'p','job':'before','nodes':'n0'}",
                "{'policy':'p','job':'before','nodes':[0]}",
                "{'policy':'p','job':'before','nodes':[null]}",
                "{'policy':'p','job':'before','nodes':[],'microseconds':-1}",
                "{'policy':'p','job':'before','nodes':[],'microseconds':'1'}",
                "{'policy':'p','job':'before','nodes':[],'microseconds':1e400}",
                "{'policy':'p','job':'before','nodes':[],'millis':1}",
                "[]"
            })
    void both_refuse_the_answer(String line, @TempDir Path folder) throws IOException {
        assertThat(ANSWERS.validate(EXACT.readTree(json(line)))).isNotEmpty();
        assertThatThrownBy(() -> answer(line, folder)).isInstanceOf(InputException.class);
    }

    private void assertTaken(String line) throws IOException {
        assertThat(INPUT.validate(EXACT.readTree(json(line)))).isEmpty();
        assertThatCode(() -> read(line)).doesNotThrowAnyException();
    }

    private void assertRefused(String line) throws IOException {
        assertThat(INPUT.validate(EXACT.readTree(json(line)))).isNotEmpty();
        assertThatThrownBy(() -> read(line)).isInstanceOf(InputException.class);
    }

    private Event read(String line) {
        before(reader);
        return reader.read(new Line("input", 3, json(line)));
    }

    private static void answer(String line, Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("answers.jsonl"), json(line));
        Answers.read(file, before(new EventReader()), Set.of());
    }

    private static List<Event> before(EventReader reader) {
        return List.of(
                reader.read(new Line("input", 1, STATE)),
                reader.read(
                        new Line("input", 2, json("{'event':'SUBMIT','job':'before','members':1,'accelerators':1}"))));
    }

    private static String job(String fields) {
        return "{'event':'SUBMIT','job':'a','members':2,'accelerators':8," + fields + "}";
    }

    /** A cluster with these fields, and the others as they are in {@link #STATE}. */
    private static String state(String fields) throws IOException {
        var state = (ObjectNode) EXACT.readTree(STATE);
        state.put("state", "s");
        return state.setAll((ObjectNode) EXACT.readTree(json("{" + fields + "}")))
                .toString();
    }

    private static String json(String line) {
        return line.replace('\'', '"')
                .replace("RACK", "{\"name\":\"rack\",\"bandwidth\":8,\"oversubscription\":1}")
                .replace("HOST", "{\"name\":\"host\",\"bandwidth\":8,\"oversubscription\":1}");
    }

    private static JsonSchema schema(String name) {
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Files.readString(Path.of("../../docs/reference", name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
