"""Predicts the rows of a table of iteration times with llm-analysis, one number of seconds a line.

llm-analysis asks its user which share of the peak matrix products reach; the share is given as the second argument.
"""
import csv
import logging
import sys

logging.disable(logging.CRITICAL)
from llm_analysis.analysis import ActivationRecomputation, LLMAnalysis
from llm_analysis.config import ModelConfig, ParallelismConfig, get_gpu_config_by_name

table, efficiency = sys.argv[1], float(sys.argv[2])
gpu = get_gpu_config_by_name("a100-sxm-80gb")
gpu.inter_node_bandwidth_in_GB_per_sec = 12.5
for row in csv.DictReader(open(table)):
    tensor, data, pipeline = int(row["tensor"]), int(row["data"]), int(row["pipeline"])
    micro, batch = int(row["micro_batch"]), int(row["global_batch"])
    model = ModelConfig(
        name="gpt",
        num_layers=int(row["layers"]),
        n_head=int(row["heads"]),
        hidden_dim=int(row["hidden"]),
        vocab_size=51200,
        max_seq_len=int(row["sequence"]),
        num_key_value_heads=int(row["heads"]),
        ffn_embed_dim=4 * int(row["hidden"]),
        model_type="gpt",
    )
    analysis = LLMAnalysis(
        model,
        gpu,
        parallelism_config=ParallelismConfig(tp_size=tensor, pp_size=pipeline, dp_size=data, sp_size=1),
        flops_efficiency=efficiency,
        hbm_memory_efficiency=0.8,
    )
    summary = analysis.training(
        batch_size_per_gpu=micro,
        gradient_accumulation_steps=batch // (data * micro),
        global_batch_size=batch,
        seq_len=int(row["sequence"]),
        activation_recomputation=ActivationRecomputation.FULL,
        flash_attn=False,
        softmax_dropout=True,
    )
    print(summary["latency_per_iter"])
